"""The whole product as real processes, for tests: sandbox, scheduler if asked for, and web.

    with start_flightdeck(home, scheduler=True) as flightdeck:
        person = flightdeck.person("person-owner")
        person.log_in()
        org_id = person.found("Acme")

It uses the demo's own plan: each process gets the environment that `make demo` gives it, on free
ports, in a home of its own. It is ready when `start_flightdeck` returns.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from sandbox.demo.children import Children
from sandbox.demo.home import Home
from sandbox.demo.person import Person
from sandbox.demo.plan import ROOT, Plan
from tests.ports import free_port
from tests.sandbox_process import SandboxProcess, start_sandbox

READY_SECONDS = 60.0


@dataclass
class FlightdeckProcess:
    """A running Flightdeck and the sandbox it talks to."""

    plan: Plan
    sandbox: SandboxProcess
    children: Children
    _people: list[Person] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Return PUBLIC_URL."""
        return self.plan.address

    def person(self, subject: str = "person-owner") -> Person:
        """Return a demo person with a browser of their own, not logged in yet."""
        person = Person(self.address, subject)
        self._people.append(person)
        return person

    def health(self) -> dict[str, Any]:
        """Return what /healthz tells; an empty dict while it does not answer."""
        try:
            answer = httpx.get(f"{self.address}/healthz", timeout=5.0, trust_env=False).json()
        except (httpx.HTTPError, ValueError):
            return {}
        return answer if isinstance(answer, dict) else {}

    def advance(self, asking: Person, **span: float) -> None:
        """Move the clock, and wait until the web has seen it move (it looks once a second)."""
        self.sandbox.advance(**span)
        there = datetime.fromisoformat(self.sandbox.control("clock")["now"])

        def arrived() -> bool:
            told = asking.ask("GET", "/api/v1/status")["now"]
            return datetime.fromisoformat(told) > there - timedelta(seconds=30)

        self.wait_until(arrived, "The web's clock", 10.0)

    def log(self, name: str) -> str:
        """Return what a process (web, scheduler) has written so far."""
        return (self.plan.home.logs / f"{name}.log").read_text(errors="replace")

    def wait_until(self, ready: Any, what: str, seconds: float = 60.0) -> None:
        """Return once `ready()` holds; fail when a process dies or the time is over."""
        self.children.wait_until(ready, what, seconds)

    def close(self) -> None:
        """Close the browsers."""
        for person in self._people:
            person.browser.close()


# The tests' sandbox throttles nobody unless it is told to: nothing is gained by waiting.
_UNHURRIED = {"AMAZON_REPORT_CREATES_PER_MINUTE": "600", "AMAZON_REQUESTS_PER_SECOND": "50"}


@contextmanager
def start_flightdeck(
    home: Path,
    *,
    scheduler: bool = False,
    web: Mapping[str, str] | None = None,
    background: Mapping[str, str] | None = None,
    today: str | None = None,
    scenario: str = "tiny",
    arguments: tuple[str, ...] = (),
) -> Iterator[FlightdeckProcess]:
    """Yield a Flightdeck that is ready; end every process afterwards.

    `web` and `background` override variables of the web's and the scheduler's environments.
    """
    with start_sandbox(scenario=scenario, today=today, arguments=arguments) as sandbox:
        sandbox_port = int(sandbox.base_url.rpartition(":")[2])
        plan = Plan(Home(home), free_port(), sandbox_port, scenario)
        plan.home.prepare()
        subprocess.run(plan.migrate_command(), env=plan.shared(), cwd=ROOT, check=True)
        with Children(plan.home.logs) as children:
            running = FlightdeckProcess(plan, sandbox, children)
            if scheduler:
                told = {**_without_stream(plan.scheduler()), "SMTP_PORT": str(sandbox.smtp_port)}
                told |= _UNHURRIED | dict(background or {})
                children.start("scheduler", plan.scheduler_command(), told)
            children.start(
                "web", plan.web_command(), {**_without_stream(plan.web()), **(web or {})}
            )
            wanted = {"ok"} if scheduler else {"ok", "degraded"}
            running.wait_until(
                lambda: running.health().get("state") in wanted, "Flightdeck", READY_SECONDS
            )
            try:
                yield running
            finally:
                running.close()


def _without_stream(told: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without the demo's queues: this sandbox was started without them."""
    return {name: value for name, value in told.items() if not name.startswith("STREAM_")}
