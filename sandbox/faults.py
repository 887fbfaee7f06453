"""Planted faults: which requests they meet, and when they strike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import floor
from typing import Any

from sandbox.answers import Refusal
from sandbox.calls import Call
from sandbox.clock import written
from sandbox.reports.asked import Asked

Json = dict[str, Any]
_MATCHED = {
    "operation",
    "path",
    "method",
    "region",
    "client",
    "account",
    "grant",
    "scope",
    "detail",
}
_REPORT_MATCHED = {"reportTypeId", "advertiserId", "groupBy", "timeUnit"}
_WHEN = {"nth", "from", "to", "share", "times", "for_seconds"}
_EFFECTS = {"answer", "swallow", "delay_ms", "hang_seconds", "patch", "cut", "report"}


@dataclass
class Fault:
    """One planted fault; `match` and `when` say which requests it strikes."""

    fault_id: str
    match: Json
    when: Json
    effects: Json
    planted: datetime
    met: int = 0
    struck: int = 0

    def strikes(self, now: datetime) -> bool:
        """Count one more request that was met; return whether the fault strikes it."""
        self.met += 1
        struck = self._is_due(now) and self._is_turn()
        self.struck += struck
        return struck

    def _is_due(self, now: datetime) -> bool:
        lasts = self.when.get("for_seconds")
        return lasts is None or now < self.planted + timedelta(seconds=float(lasts))

    def _is_turn(self) -> bool:
        when, turn = self.when, self.met
        if "nth" in when and turn not in when["nth"]:
            return False
        if not when.get("from", 1) <= turn <= when.get("to", turn):
            return False
        if "times" in when and self.struck >= when["times"]:
            return False
        share = float(when.get("share", 1.0))
        return floor(turn * share) > floor((turn - 1) * share)

    def shown(self) -> Json:
        return {
            "id": self.fault_id,
            "match": self.match,
            "when": self.when,
            **self.effects,
            "planted": written(self.planted),
            "met": self.met,
            "struck": self.struck,
        }


@dataclass
class Faults:
    """All planted faults, in the order of planting."""

    now: Callable[[], datetime]
    planted: list[Fault] = field(default_factory=list)
    count: int = 0

    def plant(self, wanted: Json) -> Fault:
        """Plant a fault. Raises a 400 for a word that means nothing."""
        match, when = dict(wanted.get("match", {})), dict(wanted.get("when", {}))
        effects = {k: v for k, v in wanted.items() if k not in {"id", "match", "when"}}
        _known(match, _MATCHED | _REPORT_MATCHED, "match")
        _known(when, _WHEN, "when")
        _known(effects, _EFFECTS, "effect")
        self.count += 1
        fault_id = str(wanted.get("id") or f"fault-{self.count}")
        fault = Fault(fault_id, match, when, effects, self.now())
        self.planted.append(fault)
        return fault

    def remove(self, fault_id: str | None) -> int:
        """Remove one fault or all; return how many went."""
        kept = [f for f in self.planted if fault_id is not None and f.fault_id != fault_id]
        gone = len(self.planted) - len(kept)
        self.planted = kept
        return gone

    def on_call(self, call: Call) -> list[Fault]:
        """Return the faults that strike a call; those of report contents apart."""
        met = [f for f in self.planted if "report" not in f.effects and _meets(f.match, call)]
        return [fault for fault in met if fault.strikes(self.now())]

    def on_report(self, asked: Asked, region: str) -> list[Json]:
        """Return what is planted for the contents or the life of a new report."""
        met = [f for f in self.planted if "report" in f.effects and _fits(f.match, asked, region)]
        return [dict(fault.effects["report"]) for fault in met if fault.strikes(self.now())]


def _meets(match: Json, call: Call) -> bool:
    for name, wanted in match.items():
        if name in _REPORT_MATCHED:
            continue
        value = getattr(call, name)
        if name == "path":
            if not value.startswith(wanted):
                return False
        elif value not in (wanted if isinstance(wanted, list) else [wanted]):
            return False
    return True


def _fits(match: Json, asked: Asked, region: str) -> bool:
    known = {
        "reportTypeId": [asked.kind.name],
        "advertiserId": list(asked.advertiser_ids),
        "groupBy": list(asked.group_by),
        "timeUnit": [asked.time_unit],
        "region": [region],
    }
    wanted = {name: value for name, value in match.items() if name in known}
    return all(
        set(known[name]) & set(value if isinstance(value, list) else [value])
        for name, value in wanted.items()
    )


def _known(given: Json, words: set[str], what: str) -> None:
    unknown = sorted(given.keys() - words)
    if unknown:
        raise Refusal(400, {"error": f"unknown {what}: {unknown}", "known": sorted(words)})
