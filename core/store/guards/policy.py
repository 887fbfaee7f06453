"""One policy, and the conditions that many of them share."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.roles import Role
from core.store.guards.roles import AUTHENTICATED, WEB

MEMBERS = f"{WEB}, {AUTHENTICATED}"

ME = "(select app_private.me())"
JOB = "org_id = (select app_private.job_org())"
SYSTEM = "(select app_private.is_system())"


@dataclass(frozen=True, slots=True)
class Policy:
    """A permissive policy: its name, command, roles, and the conditions old and new rows meet."""

    name: str
    command: str
    to: str
    using: str = ""
    check: str = ""

    def statement(self, table: str) -> str:
        """Return the SQL that makes this policy on `table`."""
        lines = [f"create policy {self.name} on {table} for {self.command} to {self.to}"]
        if self.using:
            lines.append(f"  using ({self.using})")
        if self.check:
            lines.append(f"  with check ({self.check})")
        return "\n".join(lines)


def at_least(role: Role, column: str = "org_id") -> str:
    """Return the condition that the person holds at least `role` in the row's organization."""
    return f"{column} = any(array(select app_private.my_orgs('{role}')))"


def whole_at_least(role: Role, column: str = "org_id") -> str:
    """Return the same condition for members who are not limited to some advertisers."""
    return f"{column} = any(array(select app_private.my_whole_orgs('{role}')))"
