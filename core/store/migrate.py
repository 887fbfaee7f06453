"""`python -m core.store.migrate`: bring the state to the schema that this code knows.

Run it with the address of the role that owns the tables, before the processes start; they
refuse a schema they do not know. `--check` changes nothing and says what would happen.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from core.config import Settings
from core.errors import AppError, OurConfig
from core.store.engine import WRITING, create_store_engine

_FOLDER = Path(__file__).parent / "migrations"


def known_version() -> str:
    """Return the version of the schema that this code knows."""
    head = _scripts().get_current_head()
    assert head is not None
    return head


def database_version(connection: Connection) -> str | None:
    """Return the version the database stands at; None when it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def migrate(engine: Engine) -> tuple[str | None, str]:
    """Bring the database to the known version, in one transaction; return (before, after).

    Raises OurConfig when the database is at a version that this code does not know.
    """
    scripts = _scripts()
    with engine.execution_options(**WRITING).begin() as connection:
        before = database_version(connection)
        _require_ancestor(scripts, before)
        config = Config()
        config.attributes["connection"] = connection
        with EnvironmentContext(
            config,
            scripts,
            fn=lambda revision, _: scripts._upgrade_revs("head", revision),
        ):
            scripts.run_env()
    return before, known_version()


def require_known(connection: Connection) -> None:
    """Raise OurConfig unless the database stands at the version this code knows."""
    found, known = database_version(connection), known_version()
    if found is None:
        raise OurConfig("The database is empty. Run `python -m core.store.migrate` first.")
    if found != known:
        raise OurConfig(
            f"The database is at version {found} and this code knows {known}. "
            "Run `python -m core.store.migrate` with the newer of the two."
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, or 1 after a sentence on stderr."""
    parser = argparse.ArgumentParser(prog="python -m core.store.migrate", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--check", action="store_true", help="change nothing, say what would be")
    asked = parser.parse_args(arguments)
    try:
        sys.stdout.write(_run(check=asked.check) + "\n")
    except (AppError, OperationalError) as error:
        reason = error if isinstance(error, AppError) else "The database does not answer."
        sys.stderr.write(f"{reason}\n")
        return 1
    return 0


def _run(*, check: bool) -> str:
    engine = create_store_engine(Settings.load().database)
    try:
        if check:
            with engine.connect() as connection:
                require_known(connection)
            return f"The database is at version {known_version()}, as it should be."
        before, after = migrate(engine)
    finally:
        engine.dispose()
    if before == after:
        return f"The database was at version {after} already."
    return f"The database went from {before or 'nothing'} to version {after}."


def _require_ancestor(scripts: ScriptDirectory, version: str | None) -> None:
    if version is not None and version not in {s.revision for s in scripts.walk_revisions()}:
        raise OurConfig(f"The database is at version {version}, which this code does not know.")


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(_FOLDER))


if __name__ == "__main__":
    raise SystemExit(main())
