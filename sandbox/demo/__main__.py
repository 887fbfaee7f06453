"""`python -m sandbox.demo`: start the sandbox, the scheduler and the web, and furnish them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from types import FrameType
from typing import NoReturn

import httpx

from sandbox.demo.children import Children, require_free
from sandbox.demo.living import Living
from sandbox.demo.person import Person
from sandbox.demo.plan import ROOT, Plan
from sandbox.demo.trouble import Trouble
from sandbox.identity.people import PEOPLE

_START_SECONDS = 90.0
_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Somebody asked the demo to end."""


def main() -> int:
    """Run the demo until it is stopped; return 0 then, and 1 after a trouble was told."""
    for number in _STOPPING:
        signal.signal(number, _stop)
    try:
        plan = Plan.of(os.environ)
        plan.home.prepare()
        with plan.home.alone(), Children(plan.home.logs) as children:
            _run(plan, children)
    except Stopped:
        _say("Flightdeck has stopped; what it knows stays in its home folder.")
        return 0
    except Trouble as trouble:
        _say(f"Flightdeck could not go on. {trouble}")
        return 1


def _run(plan: Plan, children: Children) -> NoReturn:
    require_free(plan.ports)
    children.start("sandbox", plan.sandbox_command(), plan.machine())
    _migrate(plan)
    clock = f"{plan.sandbox_address}/_sandbox/clock"
    children.wait_until(lambda: _answers(clock), "The sandbox", _START_SECONDS)
    living = Living(plan.home, plan.sandbox_address, plan.days_lived)
    living.begin()
    children.start("scheduler", plan.scheduler_command(), plan.scheduler())
    children.start("web", plan.web_command(), plan.web())
    children.wait_until(lambda: _is_healthy(plan), "Flightdeck", _START_SECONDS)
    if not plan.home.is_furnished(plan.issuer):
        _furnish(plan, children)
    _welcome(plan)
    if living.is_due:
        _live(plan, living, children)
    children.watch(living.note)
    raise Stopped


def _migrate(plan: Plan) -> None:
    done = subprocess.run(
        plan.migrate_command(), env=plan.shared(), cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        raise Trouble(f"The database could not be prepared:\n{done.stderr.strip()}")


def _furnish(plan: Plan, children: Children) -> None:
    """Found, link and choose as the first demo person; an interrupted start is taken up."""
    try:
        person = Person(plan.address)
        person.log_in()
        org_id = person.found()
        person.link(org_id)
        person.choose(org_id, children.wait_until)
        person.log_out()
    except httpx.HTTPError as failure:
        raise Trouble(f"The demo organization could not be set up: {failure}.") from None
    plan.home.note_furnished(plan.issuer)


def _live(plan: Plan, living: Living, children: Children) -> None:
    """Let the days before today pass while the demo is in use."""
    _say("")
    _say(f"The {plan.days_lived} days before today now pass, so that there is a past to look at.")
    try:
        person = Person(plan.address)
        person.log_in()
        org_id = person.organization()
        living.go_on(lambda: person.work(org_id), children.wait_until, _say_day)
        person.log_out()
    except httpx.HTTPError as failure:
        raise Trouble(f"The past could not be lived through: {failure}.") from None
    _say("It is today.")


def _say_day(day: str) -> None:
    _say(f"  {day}")


def _welcome(plan: Plan) -> None:
    _say(f"Flightdeck is ready at {plan.address}")
    _say("")
    _say("Log in as one of these people, without a password:")
    for person in PEOPLE.values():
        _say(f"  {person.name:<16} {person.story}")
    _say("")
    _say(f"Mail it sends: {plan.sandbox_address}/mail    Logs: {plan.home.logs}")
    _say("Ctrl-C ends it.")


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2.0, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def _is_healthy(plan: Plan) -> bool:
    """Only the body tells: any unknown path of Streamlit's answers 200 with its HTML."""
    try:
        answer = httpx.get(f"{plan.address}/healthz", timeout=5.0, trust_env=False)
        return bool(answer.json()["state"] == "ok")
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return False


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    for each in _STOPPING:  # asking twice must not cut the ending short
        signal.signal(each, signal.SIG_IGN)
    raise Stopped


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
