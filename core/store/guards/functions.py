"""The functions that policies ask. Each answers once a statement, never once a row.

They read what the transaction has claimed (`request.jwt.claims`, the setting that PostgREST
fills too): `sub` our own user id, `org` the one organization the transaction is about, `door`
which of the store's doors it came through, and what a request without a user has proved
(`session`, `issuer` and `subject`, `invitation`).

SECURITY DEFINER lets them read memberships without the reader's own policies, which would ask
them again; their owner may read just the tables named here.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.store.guards.roles import AUTHENTICATED, GUARD, SCHEDULER, WEB
from core.store.schema.base import PRIVATE

# The tables that the guard reads on the functions' behalf.
READ_BY_GUARD = ("organization", "membership", "membership_advertiser", "invitation")


@dataclass(frozen=True, slots=True)
class _Function:
    name: str
    parameters: str
    returns: str
    body: str
    definer: bool = True

    @property
    def signature(self) -> str:
        types = ", ".join(p.split()[1] for p in filter(None, self.parameters.split(", ")))
        return f"{PRIVATE}.{self.name}({types})"


_FUNCTIONS = (
    _Function(
        "claim",
        "name text",
        "text",
        # After a transaction the setting is '' and not null, and '' is no JSON.
        "select nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> name",
        definer=False,
    ),
    _Function("me", "", "text", f"select {PRIVATE}.claim('sub')", definer=False),
    _Function(
        "is_system", "", "boolean", f"select {PRIVATE}.claim('door') = 'system'", definer=False
    ),
    _Function(
        "job_org",
        "",
        "text",
        f"select {PRIVATE}.claim('org') where {PRIVATE}.claim('door') = 'job'",
        definer=False,
    ),
    _Function(
        "role_rank",
        "role text",
        "integer",
        "select case role when 'viewer' then 1 when 'analyst' then 2"
        " when 'admin' then 3 when 'owner' then 4 end",
        definer=False,
    ),
    _Function(
        "my_orgs",
        "min_role text default 'viewer'",
        "setof text",
        f"""select m.org_id
  from public.membership m
  join public.organization o on o.id = m.org_id and o.deleted_at is null
  where m.user_id = {PRIVATE}.me()
    and {PRIVATE}.role_rank(m.role) >= {PRIVATE}.role_rank(min_role)
    and m.org_id = coalesce({PRIVATE}.claim('org'), m.org_id)""",
    ),
    _Function(
        "my_whole_orgs",
        "min_role text default 'viewer'",
        "setof text",
        f"""select m.org_id
  from public.membership m
  where m.user_id = {PRIVATE}.me() and m.all_advertisers
    and m.org_id in (select {PRIVATE}.my_orgs(min_role))""",
    ),
    _Function(
        "my_advertisers",
        "",
        "table (org_id text, advertiser_id text)",
        f"""select a.org_id, a.advertiser_id
  from public.membership_advertiser a
  where a.user_id = {PRIVATE}.me() and a.org_id in (select {PRIVATE}.my_orgs('viewer'))""",
    ),
    _Function(
        "my_colleagues",
        "",
        "setof text",
        f"""select m.user_id
  from public.membership m
  where m.org_id in (select {PRIVATE}.my_whole_orgs('viewer'))""",
    ),
    _Function(
        "founded_by_me",
        "",
        "setof text",
        f"""select o.id
  from public.organization o
  where o.created_by = {PRIVATE}.me() and o.deleted_at is null
    and not exists (select from public.membership m where m.org_id = o.id)""",
    ),
    _Function(
        "invited_to",
        "",
        "table (org_id text, role text, advertiser_ids jsonb)",
        f"""select i.org_id, i.role, i.advertiser_ids
  from public.invitation i
  where i.token_hash = {PRIVATE}.claim('invitation')
    and i.accepted_by = {PRIVATE}.me() and i.revoked_at is null""",
    ),
)


def function_statements() -> list[str]:
    """Return the SQL that makes each function where it is absent, owned by the guard."""
    return [
        f"grant create on schema {PRIVATE} to {GUARD}",
        *(statement for function in _FUNCTIONS for statement in _made(function)),
        f"revoke create on schema {PRIVATE} from {GUARD}",
        # Who inherits from the guard would see what the functions see.
        f"revoke {GUARD} from current_user",
    ]


def _made(function: _Function) -> list[str]:
    definer = " security definer" if function.definer else ""
    create = (
        f"do $do$ begin\n"
        f"  if to_regprocedure('{function.signature}') is null then\n"
        f"    create function {PRIVATE}.{function.name}({function.parameters})\n"
        f"    returns {function.returns} language sql stable{definer} set search_path = ''\n"
        f"    as $fn$\n  {function.body}\n    $fn$;\n"
        f"    alter function {function.signature} owner to {GUARD};\n"
        f"  end if;\n"
        f"end $do$"
    )
    return [
        create,
        f"revoke execute on function {function.signature} from public",
        f"grant execute on function {function.signature} to {WEB}, {SCHEDULER}, {AUTHENTICATED}",
    ]
