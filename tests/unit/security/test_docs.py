"""docs/security.md says what the code does."""

from __future__ import annotations

from pathlib import Path

from core.domain.roles import Action, Role, may

TEXT = (Path(__file__).parents[3] / "docs" / "security.md").read_text()


def test_the_table_of_rights_is_the_one_that_decides() -> None:
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in TEXT.splitlines()
        if line.startswith("| ")
    ]
    heads, *written = rows
    assert heads == ("", *Role)
    assert {row[0]: row[1:] for row in written} == {
        action: tuple("yes" if may(role, action) else "–" for role in Role) for action in Action
    }
