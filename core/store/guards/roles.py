"""The database roles. None owns a table, none bypasses row-level security, none logs in by itself.

flightdeck_web        what the web process may do; each transaction takes it on
flightdeck_scheduler  what the scheduler may do
flightdeck_guard      owns the helper functions, and may read who belongs where, nothing else
authenticated         Supabase's role of a person who comes through PostgREST
"""

from __future__ import annotations

from core.store.schema.base import PRIVATE

WEB = "flightdeck_web"
SCHEDULER = "flightdeck_scheduler"
GUARD = "flightdeck_guard"
AUTHENTICATED = "authenticated"
# Supabase gives these every privilege on a new table of the public schema.
_OUTSIDE = ("anon", AUTHENTICATED, "service_role")


def role_statements() -> list[str]:
    """Return the SQL that makes the roles and the private schema where they are absent."""
    return [
        *(_created(role) for role in (WEB, SCHEDULER, GUARD, AUTHENTICATED)),
        # Whoever migrates hands the functions to the guard and may act as either process.
        *(_joined(role) for role in (WEB, SCHEDULER, GUARD)),
        f"create schema if not exists {PRIVATE}",
        f"revoke all on schema {PRIVATE} from public",
        f"grant usage on schema {PRIVATE} to {WEB}, {SCHEDULER}, {GUARD}, {AUTHENTICATED}",
        f"grant usage on schema public to {WEB}, {SCHEDULER}, {GUARD}, {AUTHENTICATED}",
    ]


def closed_to_outsiders(table: str) -> str:
    """Return the SQL that takes from PUBLIC and from Supabase's roles what defaults gave them."""
    roles = ", ".join(f"'{role}'" for role in _OUTSIDE)
    return (
        f"do $do$ declare outside text; begin\n"
        f"  revoke all on table {table} from public;\n"
        f"  for outside in select rolname from pg_roles where rolname in ({roles}) loop\n"
        f"    execute format('revoke all on table {table} from %I', outside);\n"
        f"  end loop;\n"
        f"end $do$"
    )


def _joined(role: str) -> str:
    return (
        f"do $do$ begin\n"
        f"  if not pg_has_role(current_user, '{role}', 'member') then\n"
        f"    grant {role} to current_user;\n"
        f"  end if;\n"
        f"end $do$"
    )


def _created(role: str) -> str:
    return (
        f"do $do$ begin\n"
        f"  if not exists (select from pg_roles where rolname = '{role}') then\n"
        f"    create role {role} nologin noinherit;\n"
        f"  end if;\n"
        f"end $do$"
    )
