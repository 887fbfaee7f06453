"""Content over PostgREST, read and written as the person through the `supabase` client.

    project          the Supabase project: its address, its public key, the mint of tokens
    rest_rows        rows of content tables in it, as `core.store.content.rows` asks for them
    remembered_rows  the same, asked for once by one page
    wire             values and conditions as PostgREST takes and gives them
    refusals         what it answers when it does not do what was asked

Nothing here decides who may see what: the token says who asks, the policies of the database
decide, and what they hide is simply not there.
"""
