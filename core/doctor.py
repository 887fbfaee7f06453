"""`python -m core.doctor`: look at this installation from where it stands, and say what to do.

Each line is ok, warn or fail, what was looked at, what was found, and where it is not well what to
do about it. It changes nothing. Exit code: 0 without a fail, else 1. `--amazon` also knocks at
Amazon's doors.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from core.clock import SystemClock
from core.config import Environment, Settings
from core.domain.ids import OrgId, UserId
from core.domain.regions import Region
from core.domain.roles import Role
from core.domain.scope import TenantScope
from core.errors import AppError, OurConfig
from core.lake.location import LakeRoot
from core.security import keys
from core.store.rest.project import Project
from core.store.store import Process, Store
from core.web.linking import CALLBACK
from core.web.streamlit_internals import CALLBACK_PATH

SKEW_MAX = timedelta(seconds=30)
SILENCE_MAX = timedelta(seconds=60)
_LOCAL = {"localhost", "127.0.0.1", "::1"}


class Level(StrEnum):
    """How well it stands."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. `todo` is empty where there is nothing to do."""

    level: Level
    subject: str
    found: str
    todo: str = ""

    def __str__(self) -> str:
        todo = f"\n{'':24}{self.todo}" if self.todo else ""
        return f"{self.level:<6}{self.subject:<18}{self.found}{todo}"


Check = Callable[[Settings], Iterator[Finding]]


def examined(settings: Settings, *, amazon: bool = False) -> Iterator[Finding]:
    """Yield what was found, in the order in which one would mend it."""
    checks: list[Check] = [_processes, _keys, _database, _supabase, _lake]
    checks += [_redirects, _login, _mail]
    if amazon:
        checks.append(_amazon)
    for check in checks:
        yield from check(settings)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report; return 1 when anything fails, else 0."""
    parser = argparse.ArgumentParser(prog="python -m core.doctor", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--amazon", action="store_true", help="also reach for Amazon's hosts")
    asked = parser.parse_args(arguments)
    try:
        settings = Settings.load()
    except OurConfig as wrong:
        findings = [Finding(Level.FAIL, "settings", str(wrong), "See .env.example.")]
    else:
        findings = list(examined(settings, amazon=asked.amazon))
    sys.stdout.writelines(f"{finding}\n" for finding in findings)
    return 1 if any(finding.level is Level.FAIL for finding in findings) else 0


def _processes(settings: Settings) -> Iterator[Finding]:
    """An environment fits the web, the scheduler, or neither; never both in production."""
    processes = (("web", settings.for_web), ("scheduler", settings.for_scheduler))
    refusals = {name: said for name, fits in processes if (said := _refusal(fits)) is not None}
    if len(refusals) == 2:
        for name, refusal in refusals.items():
            yield Finding(Level.FAIL, f"{name} settings", refusal, "See .env.example.")
    else:
        runs = "web" if "web" not in refusals else "scheduler"
        yield Finding(Level.OK, "settings", f"this environment runs the {runs}")
    if settings.flightdeck_env is Environment.DEMO and not _is_local(settings.public_url):
        yield Finding(
            Level.WARN, "settings", "FLIGHTDECK_ENV is demo", "Set it to production for real data."
        )


def _refusal(fits: Callable[[], object]) -> str | None:
    """Return why an environment does not fit a process, None where it does."""
    try:
        fits()
    except OurConfig as wrong:
        return str(wrong)
    return None


def _keys(settings: Settings) -> Iterator[Finding]:
    try:
        said = keys.checked(settings)
    except AppError as wrong:
        todo = "`python -m core.security.keys generate` makes a set."
        yield Finding(Level.FAIL, "keys", str(wrong), todo)
        return
    yield from (Finding(Level.OK, "keys", sentence) for sentence in said)


def _database(settings: Settings) -> Iterator[Finding]:
    kind = "PostgreSQL" if settings.database.startswith("postgresql") else "SQLite"
    file = settings.database.removeprefix("sqlite:///")
    if file != settings.database and not Path(file).exists():  # opening would make it
        todo = "Run `python -m core.store.migrate`."
        yield Finding(Level.FAIL, "database", f"there is none at {file} yet", todo)
        return
    try:
        store = Store.open(settings.database, Process.WEB)
    except AppError as wrong:
        yield Finding(
            Level.FAIL, "database", str(wrong), "Check DATABASE_URL; migrate, then start."
        )
        return
    try:
        yield Finding(Level.OK, "database", f"{kind} answers, its schema is the one known here")
        with store.reading_people() as door:
            theirs = door.heartbeats.now()
        yield apart(theirs, "database")
        yield from heard(store)
    finally:
        store.close()


def heard(store: Store) -> Iterator[Finding]:
    """Yield how many schedulers live, and what alarms them."""
    with store.reading_people() as door:
        beats = [beat for beat in door.heartbeats.all() if beat.kind == "scheduler"]
    todo = "Start one: `python scheduler.py`. Without it nothing is fetched and no token renewed."
    if not beats:
        yield Finding(Level.FAIL, "scheduler", "none was ever heard of", todo)
        return
    living = [beat for beat in beats if beat.age <= SILENCE_MAX]
    if living:
        yield Finding(Level.OK, "scheduler", f"{len(living)} alive")
        alarms = {sentence for beat in living for sentence in beat.alarms.values()}
        yield from (Finding(Level.FAIL, "alarm", sentence) for sentence in sorted(alarms))
    else:
        age = min(beat.age for beat in beats)
        yield Finding(
            Level.FAIL, "scheduler", f"last heard of {age.total_seconds():.0f} s ago", todo
        )


def _supabase(settings: Settings) -> Iterator[Finding]:
    try:
        project = Project.from_settings(settings)
    except OurConfig as wrong:
        yield Finding(Level.FAIL, "Supabase", str(wrong), "See .env.example.")
        return
    if project is not None:
        yield knocked(project)
        project.close()


def knocked(project: Project) -> Finding:
    """Return what a project says to somebody who belongs to no organization: nothing, politely."""
    nobody = TenantScope(OrgId("org_doctor"), UserId("usr_doctor"), Role.VIEWER)
    try:
        found = project.content(nobody).annotations.all()
    except AppError as refusal:
        todo = (
            f"Let the project trust {project.mint.issuer}/.well-known/jwks.json (third-party "
            "auth), and expose the schema public. docs/operations.md tells how."
        )
        return Finding(Level.FAIL, "Supabase", str(refusal), todo)
    if found:
        todo = "Row-level security is off: apply supabase/migrations before anybody logs in."
        return Finding(Level.FAIL, "Supabase", "shows what belongs to others", todo)
    return Finding(Level.OK, "Supabase", "takes our tokens and shows strangers nothing")


def _lake(settings: Settings) -> Iterator[Finding]:
    if "://" in settings.lake:
        yield _object_store(settings)
        return
    folder = Path(settings.lake).absolute()
    while not folder.exists():  # the first commit makes it
        folder = folder.parent
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"x")
    except OSError as failure:
        reason = failure.strerror or type(failure).__name__
        todo = "Give this process a folder it may write, with space left (LAKE_URL)."
        yield Finding(Level.FAIL, "lake", f"{folder}: {reason}", todo)
        return
    space = os.statvfs(folder)
    free = space.f_bavail * space.f_frsize / 1e9
    level = Level.OK if free >= 1 else Level.WARN
    todo = "" if level is Level.OK else "Make room: a commit that finds none is undone."
    yield Finding(level, "lake", f"{folder} is writable, {free:,.1f} GB free", todo)


def _object_store(settings: Settings) -> Finding:
    """The web reads a lake; a scheduler writes and removes a small file too."""
    runs_scheduler = _refusal(settings.for_scheduler) is None
    try:
        root = LakeRoot.from_settings(settings)
        root.require_readable()
        if runs_scheduler:
            root.require_usable()
    except OurConfig as refused:
        todo = "Check LAKE_URL and LAKE_STORAGE_OPTIONS: the bucket, its region, the keys."
        return Finding(Level.FAIL, "lake", str(refused), todo)
    may = "read and written" if runs_scheduler else "read"
    return Finding(Level.OK, "lake", f"{settings.lake} can be {may}")


def _redirects(settings: Settings) -> Iterator[Finding]:
    base = settings.public_url.rstrip("/")
    parts = urlsplit(base)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        todo = "Give scheme and host only, such as https://flightdeck.example.com."
        yield Finding(Level.FAIL, "PUBLIC_URL", base, todo)
        return
    if parts.scheme == "http" and parts.hostname not in _LOCAL:
        todo = "Serve it over https: cookies and codes would travel in the clear."
        yield Finding(Level.FAIL, "PUBLIC_URL", base, todo)
    else:
        yield Finding(Level.OK, "PUBLIC_URL", base)
    yield Finding(Level.OK, "login address", f"{base}{CALLBACK_PATH}", "Register it exactly so.")
    yield Finding(Level.OK, "Amazon address", f"{base}{CALLBACK}", "Register it exactly so.")


def _login(settings: Settings) -> Iterator[Finding]:
    url = settings.oidc_metadata_url
    if not url:
        yield Finding(Level.WARN, "identity provider", "not set", "The web needs it.")
        return
    try:
        answer = httpx.get(url, timeout=10.0, trust_env=False, follow_redirects=True)
        told = answer.raise_for_status().json()
        missing = [n for n in _METADATA if not told.get(n)]
    except (httpx.HTTPError, ValueError, AttributeError) as failure:
        todo = "Check OIDC_METADATA_URL, and that this machine can reach it."
        yield Finding(Level.FAIL, "identity provider", type(failure).__name__, todo)
        return
    if missing:
        found = f"its discovery document lacks {', '.join(missing)}"
        yield Finding(Level.FAIL, "identity provider", found, "Is it an OpenID Connect provider?")
        return
    yield Finding(Level.OK, "identity provider", str(told["issuer"]))
    if (theirs := _date(answer.headers.get("date"))) is not None:
        yield apart(theirs, "identity provider")


_METADATA = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")


def apart(theirs: datetime, whose: str) -> Finding:
    """Return how far another machine's clock is from ours."""
    skew = abs(SystemClock().now() - theirs)
    level = Level.OK if skew <= SKEW_MAX else Level.FAIL
    todo = "" if level is Level.OK else "Set this machine's clock (NTP): logins and jobs go by it."
    return Finding(level, "clock", f"{skew.total_seconds():.0f} s from the {whose}'s", todo)


def _date(header: str | None) -> datetime | None:
    """Return the instant of a Date header, None without a good one."""
    try:
        found = parsedate_to_datetime(header or "")
    except ValueError:
        return None
    return found if found.tzinfo else None


def _mail(settings: Settings) -> Iterator[Finding]:
    host, port = settings.smtp_host, settings.smtp_port
    if not host:
        yield Finding(Level.WARN, "mail", "SMTP_HOST is not set", "Mails wait in the outbox.")
        return
    if not settings.mail_from:
        yield Finding(Level.FAIL, "mail", "MAIL_FROM is not set", "Give a sender address.")
    try:
        with socket.create_connection((host, port), timeout=5.0):
            yield Finding(Level.OK, "mail", f"{host}:{port} takes connections")
    except OSError as failure:
        reason = failure.strerror or type(failure).__name__
        yield Finding(Level.FAIL, "mail", f"{host}:{port}: {reason}", "Check SMTP_HOST, SMTP_PORT.")


def _amazon(settings: Settings) -> Iterator[Finding]:
    """Any answer will do: without a token every door says no, but it says it."""
    for region in Region:
        for what, url in (("token", settings.token_url(region)), ("API", settings.api_url(region))):
            subject = f"Amazon {region} {what}"
            host = urlsplit(url).hostname or url
            try:
                answer = httpx.get(url, timeout=10.0, trust_env=False)
            except httpx.HTTPError as failure:
                found = f"{host}: {type(failure).__name__}"
                todo = "Is this machine allowed to call out to it?"
                yield Finding(Level.FAIL, subject, found, todo)
            else:
                yield Finding(Level.OK, subject, f"{host} answers ({answer.status_code})")


def _is_local(url: str) -> bool:
    return urlsplit(url).hostname in _LOCAL


if __name__ == "__main__":
    raise SystemExit(main())
