"""`python -m tests.lint`: apply every house rule to every tracked Python file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.lint.rules import Source, findings

ROOT = Path(__file__).resolve().parents[2]


def tracked_sources() -> list[Source]:
    """Return the Python files git knows or would add, parsed, in name order."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = sorted(set(listed.stdout.split()))
    return [
        Source.parse(name, (ROOT / name).read_text()) for name in names if (ROOT / name).exists()
    ]


def main() -> int:
    """Print each finding as path:line rule sentence; return 1 when there is one."""
    found = [finding for source in tracked_sources() for finding in findings(source)]
    sys.stdout.writelines(f"{finding}\n" for finding in found)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
