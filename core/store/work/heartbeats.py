"""Heartbeats: which background processes live, by the database's clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import delete, select, update

from core.store.schema import heartbeat
from core.store.transaction import DatabaseNow, Transaction


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A process and how long ago it was last heard of. `detail` is JSON of its own."""

    process: str
    kind: str
    version: str
    started_at: datetime
    age: timedelta
    detail: Mapping[str, Any] | None

    @property
    def alarms(self) -> Mapping[str, str]:
        """Return the alarms that the process told of, sentence by name; empty when none stands.

        A name may end in ":" and what it is about; that and the sentences are the operator's.
        """
        return dict((self.detail or {}).get("alarms") or {})


@dataclass(frozen=True, slots=True)
class Heartbeats:
    """Notes and lists living processes. The web reads them; the scheduler writes them."""

    tx: Transaction

    def beat(
        self, process: str, kind: str, version: str, detail: Mapping[str, Any] | None = None
    ) -> None:
        """Note that `process` lives; its first beat is when it started."""
        told = {"kind": kind, "version": version, "detail": detail, "beat_at": DatabaseNow()}
        mine = update(heartbeat).where(heartbeat.c.process == process)
        if not self.tx.run(mine.values(told)):
            row = {"process": process, "started_at": DatabaseNow(), **told}
            self.tx.run(heartbeat.insert().values(row))

    def now(self) -> datetime:
        """Return the database's present instant, by which ages and leases are counted."""
        row = self.tx.row(select(DatabaseNow().label("now")))
        assert row is not None
        return cast(datetime, row.now)

    def all(self) -> list[Heartbeat]:
        """Return the processes heard of and not removed since, the latest heard of first."""
        now = DatabaseNow().label("now")
        rows = self.tx.rows(select(heartbeat, now).order_by(heartbeat.c.beat_at.desc()))
        return [
            Heartbeat(r.process, r.kind, r.version, r.started_at, r.now - r.beat_at, r.detail)
            for r in rows
        ]

    def remove(self, process: str) -> None:
        """Forget a process that ends."""
        self.tx.run(delete(heartbeat).where(heartbeat.c.process == process))

    def remove_silent(self, silence: timedelta) -> int:
        """Forget processes not heard of for `silence`; return how many there were."""
        silent = heartbeat.c.beat_at <= DatabaseNow(-silence)
        return self.tx.run(delete(heartbeat).where(silent))
