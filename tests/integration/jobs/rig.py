"""One scheduler's work without its threads: the real parts against the real sandbox, in steps.

Time is the sandbox's and stands still but for `Rig.pass_time`; what the code waits for passes at
once. `run_due` does everything that is due, `run_until` lets time pass until something is true.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import func, select

from core.amazon.deadline import DeadlineTransport
from core.amazon.exchange import Exchange, TimeLimits
from core.amazon.lwa import LoginWithAmazon, Proof
from core.amazon.reports.specs import SPECS
from core.config import Environment, Settings
from core.domain.ids import AdvertiserId, ConnectionId, LoadId
from core.domain.metrics import Dataset
from core.domain.regions import Region
from core.domain.requests import RequestState
from core.domain.scope import TenantScope
from core.jobs import kinds
from core.jobs.assembly import assemble
from core.jobs.background import Background
from core.jobs.frame import run_job, run_request
from core.jobs.handlers import HANDLERS
from core.jobs.recurring import enqueue_due, put_standing
from core.security import keytext
from core.security.egress import Egress
from core.security.sealing import Purpose, SealContext, Sealer
from core.security.secret import Secret
from core.store import schema
from core.store.accounts.connections import AmazonUser
from core.store.accounts.credentials import Grant
from core.store.ingest.coverage import CoveredDay
from core.store.schema.words import DayState, JobState
from core.store.store import Store
from tests.databases import Database, Organization
from tests.sandbox_process import SandboxProcess

CALLBACK = "http://localhost:8501/oauth/amazon/callback"
START = "2026-06-15T20:00:00+00:00"
STEPS_MAX = 4_000
IDLE_SECONDS_MAX = 3600.0
UNDER_WAY = sorted(s for s in RequestState if not s.is_over and s is not RequestState.QUARANTINED)


def key_pair(seed: int) -> tuple[str, str]:
    """Return a sealing key's two settings, public and private, the same for the same seed."""
    raw = bytes((seed * 37 + 11 * n * n + n) % 256 for n in range(32))
    private = X25519PrivateKey.from_private_bytes(raw)
    public = private.public_key().public_bytes_raw()
    name = keytext.key_id(public)
    return f"{name}:{keytext.written(public)}", f"{name}:{keytext.written(raw)}"


def settings_for(
    sandbox: SandboxProcess, database: Database, home: Path, **changed: Any
) -> Settings:
    """Return a scheduler's settings: the sandbox as Amazon, quick polls, roomy limits."""
    public, private = key_pair(1)
    base = sandbox.base_url
    hosts = {
        f"amazon_{r}_{kind}_url": f"{base}/{r}{path}"
        for r in ("na", "eu", "fe")
        for kind, path in (
            ("authorize", "/ap/oa"),
            ("token", "/auth/o2/token"),
            ("profile", "/user/profile"),
            ("api", "/api"),
        )
    }
    known = sandbox.credentials
    given = {
        "flightdeck_env": Environment.DEMO,
        "flightdeck_home": home,
        "flightdeck_clock_url": f"{base}/_sandbox/clock",
        "database_url": database.address,
        "amazon_client_id": known["client_id"],
        "amazon_client_secret": known["client_secret"],
        "sealing_public_keys": public,
        "sealing_private_keys": private,
        "amazon_requests_per_second": 50.0,
        "amazon_report_creates_per_minute": 600.0,
        "report_poll_first_seconds": 10.0,
        "report_poll_max_seconds": 60.0,
        "smtp_host": "127.0.0.1",
        "smtp_port": sandbox.smtp_port,
        "smtp_starttls": False,
        "mail_from": "flightdeck@deck.example",
        "public_url": "http://localhost:8501",
        "serving_memory_mb": 256,
        # Comparisons and older days have tests of their own; elsewhere they would only cost time.
        "unified_reports": False,
    }
    return Settings(_env_file=None, **{**hosts, **given, **changed})  # type: ignore[call-arg]


@dataclass
class SandboxClock:
    """The sandbox's time to the microsecond: it stands still between two steps of a test."""

    sandbox: SandboxProcess

    def now(self) -> datetime:
        return self.sandbox.now()


@dataclass
class Rig:
    """The background of one process, and an organization whose accounts it keeps."""

    sandbox: SandboxProcess
    database: Database
    org: Organization
    web: Store
    home: Path
    changed: dict[str, Any] = field(default_factory=dict)
    stop: Event = field(default_factory=Event)
    datasets: frozenset[Dataset] = frozenset()
    keeps_schedules: bool = False
    parts: Background = field(init=False)
    settings: Settings = field(init=False)

    def __post_init__(self) -> None:
        self.settings = settings_for(self.sandbox, self.database, self.home, **self.changed)
        self.parts = self.assembled()

    def assembled(self, **parts: Any) -> Background:
        """Return the parts of one more process."""
        return assemble(
            self.settings,
            self.stop,
            **{
                "clock": SandboxClock(self.sandbox),
                "pause": self._pause,
                "jitter": lambda: 0.0,
                **parts,
            },
        )

    def close(self) -> None:
        self.parts.close()

    @property
    def now(self) -> datetime:
        return self.parts.clock.now()

    @property
    def scope(self) -> TenantScope:
        return self.org.job

    def _pause(self, seconds: float) -> None:
        self.sandbox.advance(seconds=seconds)

    def pass_time(self, **span: float) -> None:
        self.sandbox.advance(**span)

    # Linking, as the web process does it

    def link(self, slug: str, region: Region = Region.NA) -> ConnectionId:
        """Link an Amazon user by driving the consent page, and ask for discovery."""
        exchange = self._exchange()
        lwa = LoginWithAmazon(self.settings, exchange, self.parts.clock)
        proof = Proof.new()
        address = lwa.consent_address(region, redirect_uri=CALLBACK, state="st", proof=proof)
        code = self._consented(address, slug)
        grant = lwa.exchange_code(
            region, code=Secret(code), redirect_uri=CALLBACK, verifier=proof.verifier
        )
        user = lwa.user(region, grant.access.token)
        exchange.close()
        now = self.now
        sealer = Sealer.from_setting(self.settings.sealing_public_keys)
        with self.web.writing(self.org.scope()) as tenant:
            known = AmazonUser(user.user_id, user.name, user.email)
            connection_id = tenant.connections.link(region, known, now)

            def sealed(value: Secret, purpose: Purpose) -> Any:
                return sealer.seal(value, SealContext(self.org.id, connection_id, purpose))

            ends = now + timedelta(seconds=grant.access.expires_in)
            first = Grant(
                sealed(grant.access.token, Purpose.ACCESS_TOKEN),
                ends,
                ends - timedelta(minutes=15),
            )
            refresh = sealed(grant.refresh_token, Purpose.REFRESH_TOKEN)
            tenant.credentials.put(connection_id, refresh, now, first)
            job = kinds.DISCOVER.job(now, {"connection_id": connection_id}, key=connection_id)
            tenant.jobs.enqueue(job, now)
        return connection_id

    def _exchange(self) -> Exchange:
        return Exchange(
            transport=DeadlineTransport(),
            egress=Egress.from_settings(self.settings),
            limits=TimeLimits(5.0, 10.0, 20.0),
        )

    def _consented(self, address: str, slug: str) -> str:
        parts = urlsplit(address)
        form = {name: values[0] for name, values in parse_qs(parts.query).items()}
        path = parts.path
        form |= {"decision": "allow", "user": self.sandbox.user(slug)["user_id"]}
        answer = self.sandbox.http.post(path, data=form)
        return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]

    def select(self, *advertiser_ids: str) -> None:
        """Choose which advertisers are kept, as a person does, and ask for a plan."""
        if self.datasets:
            self._pretend_known(advertiser_ids)
        with self.web.writing(self.org.scope()) as tenant:
            tenant.advertisers.select(advertiser_ids, self.now)
            tenant.jobs.enqueue(kinds.PLAN.job(self.now), self.now)
            tenant.jobs.enqueue(kinds.SNAPSHOT.job(self.now), self.now)

    def ask(self, kind: kinds.Kind, payload: dict[str, Any] | None = None, key: str = "") -> str:
        """Ask for a job as a page does; return its id."""
        with self.web.writing(self.org.scope()) as tenant:
            return tenant.jobs.enqueue(kind.job(self.now, payload, key=key), self.now).id

    # Working

    def run_due(self, parts: Background | None = None) -> int:
        """Do everything that is due now, in order; return how many pieces of work that was."""
        parts = parts or self.parts
        done = 0
        while done < STEPS_MAX:
            enqueue_due(parts)
            with parts.store.system() as system:
                now = parts.clock.now()
                jobs = system.jobs.claim(parts.holder, 10, now=now, lease=parts.lease)
            for job in jobs:
                run_job(parts, HANDLERS, job)
            self._narrow()
            with parts.store.system() as system:
                requests = system.requests.claim(parts.holder, 10, now=now, lease=parts.lease)
            for request in requests:
                run_request(parts, request)
            if not jobs and not requests:
                return done
            done += len(jobs) + len(requests)
        raise AssertionError("the background does not come to rest")

    def _pretend_known(self, advertiser_ids: Sequence[str]) -> None:
        """Let the history of other datasets than the test is about be known already."""
        now = self.now
        days = [now.date() + timedelta(days=n) for n in range(-100, 20)]
        others = {spec.dataset for spec in SPECS.values()} - self.datasets
        rows = [
            CoveredDay(
                AdvertiserId(advertiser_id), dataset, day, DayState.PRESENT, 0, None, None, None,
                "", 1, now, now, LoadId("pretended"), None,
            )
            for advertiser_id in advertiser_ids
            for dataset in others
            for day in days
        ]  # fmt: skip
        with self.parts.store.writing(self.scope) as tenant:
            tenant.coverage.record(rows)

    def _narrow(self) -> None:
        """Drop what is planned of other datasets than the test is about: each costs time."""
        if not self.datasets:
            return
        with self.parts.store.writing(self.scope) as tenant:
            for request in tenant.requests.open():
                is_other = request.dataset not in self.datasets
                if is_other and request.state is RequestState.PLANNED:
                    tenant.requests.advance(request, RequestState.CANCELLED)

    def run_until(
        self, is_true: Callable[[], bool], *, step: float = 30.0, hours: float = 24.0
    ) -> None:
        """Work and let time pass until `is_true`; fail after `hours` of the sandbox's time.

        Time passes by `step` seconds, or to the next thing that is due when that is later.
        """
        end = self.now + timedelta(hours=hours)
        while True:
            self.run_due()
            if is_true():
                return
            assert self.now < end, f"not in time: {self._under_way()}"
            self.pass_time(seconds=max(step, self._idle_seconds()))

    def _idle_seconds(self) -> float:
        """Return how long nothing is due, at most an hour.

        What recurs by itself counts only where a test is about it.
        """
        jobs, requests, schedules = schema.job.c, schema.report_request.c, schema.schedule.c
        waiting = [
            select(func.min(jobs.run_at)).where(jobs.state == JobState.QUEUED),
            select(func.min(requests.run_at)).where(requests.state.in_(UNDER_WAY)),
        ]
        if self.keeps_schedules:
            waiting.append(select(func.min(schedules.next_run_at)).where(schedules.enabled))
        with self.database.owner.connect() as connection:
            found = [connection.execute(query).scalar() for query in waiting]
        now = self.now
        waits = [(at - now).total_seconds() + 0.001 for at in found if at is not None]
        return min([*waits, IDLE_SECONDS_MAX])

    def _under_way(self) -> list[tuple[object, ...]]:
        with self.web.reading(self.org.scope()) as tenant:
            jobs = [(j.kind, j.state, j.run_at, j.error) for j in tenant.jobs.open()]
            return jobs + [
                (r.spec, r.reason, r.state, r.days, r.run_at, r.error)
                for r in tenant.requests.open()
            ]

    def start_schedules(self) -> None:
        self.keeps_schedules = True
        put_standing(self.parts)

    # Looking

    def requests(self) -> list[Any]:
        with self.web.reading(self.org.scope()) as tenant:
            return tenant.requests.recent(1_000)

    def is_idle(self) -> bool:
        """Return whether no request of the organization is under way."""
        with self.web.reading(self.org.scope()) as tenant:
            return not tenant.requests.open() and not tenant.jobs.open()

    def calls(self, **query: str) -> list[dict[str, Any]]:
        answer = self.sandbox.http.get("/_sandbox/calls", params=query)
        found: list[dict[str, Any]] = answer.json()["calls"]
        return found
