"""What the documents promise is there: every test they name, every file they link to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.jobs.kinds import KINDS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


@pytest.fixture(scope="module")
def claims() -> frozenset[str]:
    """The names of all tests."""
    sources = (path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    return frozenset(name for text in sources for name in re.findall(r"def (test_\w+)", text))


def test_every_trap_names_a_test_that_exists(claims: frozenset[str]) -> None:
    text = (ROOT / "docs" / "api-traps.md").read_text()
    named = set(re.findall(r"`(test_\w+)`", text))
    assert named - claims == set()
    traps = re.split(r"^- (?=\*\*)", text, flags=re.MULTILINE)[1:]
    assert len(traps) > 40
    assert [trap[:60] for trap in traps if "`test_" not in trap] == []


def test_the_table_of_background_jobs_is_what_runs() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()
    told = re.findall(r"^\| `.*", text, flags=re.MULTILINE)
    rows = [
        f"| `{kind.name}` | {kind.what} | {kind.rule or 'on demand'} | "
        f"{kind.catch_up if kind.rule else '–'} | {kind.whose} | {kind.retries} |"
        for kind in KINDS
    ]
    assert told == rows, "\n".join(["docs/operations.md should hold:", *rows])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    targets = LINK.findall(document.read_text())
    assert [t for t in targets if not (document.parent / t).exists()] == []
