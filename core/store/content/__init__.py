"""What people and teams leave, over SQL or over PostgREST.

Each kind of content has one repository, which knows the rules of its kind. A repository stands on
rows of tables (`core.store.content.rows`), of which there are two kinds: those of a transaction
(`sql_rows`), and those of PostgREST, reached as the person through the `supabase` client
(`core.store.rest`). The same tests run over both.
"""
