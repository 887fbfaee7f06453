"""Which rows each role reaches, as policies; one a command, named for what it lets through.

The form `org_id = any(array(select f()))` is asked once a statement and can use an index
(Supabase, "RLS performance"; on a million rows it costs as much as no policy at all).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Table

from core.domain.roles import Role
from core.store.guards.functions import READ_BY_GUARD
from core.store.guards.own_policies import OWN
from core.store.guards.policy import ME, MEMBERS, Policy, at_least, whole_at_least
from core.store.guards.roles import GUARD, SCHEDULER
from core.store.schema import METADATA, Access, Guard, Sight, access_of


@dataclass(frozen=True, slots=True)
class _Words:
    table: Table
    access: Access

    def rows(self, role: Role) -> str:
        """Return the condition that a member of at least `role` meets."""
        if self.access.sight is Sight.EVERY:
            return at_least(role)
        if self.access.sight is Sight.WHOLE:
            return whole_at_least(role)
        return (
            f"{at_least(role)} and ({whole_at_least(Role.VIEWER)} or (org_id, advertiser_id) in"
            " (select a.org_id, a.advertiser_id from app_private.my_advertisers() a))"
        )

    def shown(self, role: Role) -> str:
        """Return the same, where rows may be personal: shared ones, and one's own."""
        if not self.access.personal:
            return self.rows(role)
        own = f"not is_shared and owner_user_id = {ME} and {at_least(Role.VIEWER)}"
        return f"(is_shared and {self.rows(role)}) or ({own})"


def policy_statements() -> list[str]:
    """Return the SQL that turns on and forces row-level security and makes every policy."""
    return [statement for table in METADATA.sorted_tables for statement in _of(table)]


def _of(table: Table) -> Iterator[str]:
    yield f"alter table {table.fullname} enable row level security"
    yield f"alter table {table.fullname} force row level security"
    for policy in policies_of(table):
        yield policy.statement(table.fullname)


def policies_of(table: Table) -> tuple[Policy, ...]:
    """Return the policies of one table, in the order they are made."""
    shared = (_guard(),) if table.fullname in READ_BY_GUARD else ()
    if table.name in OWN:
        return (*OWN[table.name], *shared)
    return (*_from_words(_Words(table, access_of(table))), *shared)


def _from_words(words: _Words) -> Iterator[Policy]:
    access = words.access
    if access.guard is Guard.SYSTEM:
        yield Policy("scheduler", "all", SCHEDULER, using="true", check="true")
        return
    if access.reads is not None:
        yield Policy("members_read", "select", MEMBERS, using=words.shown(access.reads))
    if access.writes is not None:
        rows = whole_at_least(access.writes) if access.by_whole else words.shown(access.writes)
        yield Policy("members_add", "insert", MEMBERS, check=rows)
        yield Policy("members_change", "update", MEMBERS, using=rows, check=rows)
        yield Policy("members_remove", "delete", MEMBERS, using=rows)
    yield _scheduler(access)


def _scheduler(access: Access) -> Policy:
    rows = "org_id = (select app_private.job_org())"
    if access.system:
        rows = f"({rows} or (select app_private.is_system()))"
    return Policy("scheduler", "all", SCHEDULER, using=rows, check=rows)


def _guard() -> Policy:
    return Policy("guard_reads", "select", GUARD, using="true")
