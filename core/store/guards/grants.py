"""What each database role may do with each table at all; policies then say with which rows."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Table

from core.store.guards.functions import READ_BY_GUARD
from core.store.guards.roles import AUTHENTICATED, GUARD, SCHEDULER, WEB, closed_to_outsiders
from core.store.schema import METADATA, access_of

_ALL = "select, insert, update, delete"
# What the web sees of a credential: everything but the two boxes.
_SEALED = frozenset({"refresh_sealed", "access_sealed"})


@dataclass(frozen=True, slots=True)
class _Grant:
    web: str
    scheduler: str


_OWN: dict[str, _Grant] = {
    "app_user": _Grant("select, insert, update", "select"),
    "app_session": _Grant("select, insert, update", "select, delete"),
    "organization": _Grant("select, insert, update", "select, delete"),
    "membership": _Grant(_ALL, "select"),
    "membership_advertiser": _Grant("select, insert, delete", "select"),
    "invitation": _Grant(
        "select, insert, update (accepted_by, accepted_at, revoked_at)", "select, delete"
    ),
    "oauth_state": _Grant("select, insert, update (used_at)", "select, delete"),
    "download": _Grant("select, insert", "select, delete"),
    "audit_event": _Grant("select, insert", "select, insert"),
    "audit_head": _Grant("select, insert, update", "select, insert, update"),
    "job": _Grant("select, insert, update (run_at, priority)", _ALL),
    "heartbeat": _Grant("select", _ALL),
    "share_link": _Grant(
        "select, insert, update (expires_at, revoked_at, revoked_by, password_hash)",
        "select, delete",
    ),
    "unsubscribe_link": _Grant("select", _ALL),
    "file_link": _Grant("select", _ALL),
}


def grant_statements() -> list[str]:
    """Return the SQL that closes every table and then grants what each role needs of it."""
    return [statement for table in METADATA.sorted_tables for statement in _of(table)]


def _of(table: Table) -> list[str]:
    name, grant = table.fullname, _grant_of(table)
    statements = [closed_to_outsiders(name)]
    if grant.web:
        statements.append(f"grant {grant.web} on {name} to {WEB}")
    statements.append(f"grant {grant.scheduler} on {name} to {SCHEDULER}")
    if (access := access_of(table)).exposed:
        may = _ALL if access.edited else "select"
        statements.append(f"grant {may} on {name} to {AUTHENTICATED}")
    if name in READ_BY_GUARD:
        statements.append(f"grant select on {name} to {GUARD}")
    return statements


def _grant_of(table: Table) -> _Grant:
    if table.name in _OWN:
        return _OWN[table.name]
    if table.name == "credential":
        open_columns = ", ".join(c.name for c in table.columns if c.name not in _SEALED)
        return _Grant(f"select ({open_columns}), insert, update, delete", _ALL)
    access = access_of(table)
    if access.reads is None:
        return _Grant("", _ALL)
    return _Grant("select" if access.writes is None else _ALL, _ALL)
