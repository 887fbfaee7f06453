"""The one table that a run prints, and its verdicts."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

WARM = 25
WARM_LEAST = 5
PATIENCE_SECONDS = 2.0


@dataclass(frozen=True)
class Timing:
    """Milliseconds of one thing done several times: the first time, and then warm."""

    first: float
    p50: float
    p95: float

    @classmethod
    def of(cls, first: float, warm: Sequence[float]) -> Timing:
        ordered = sorted(warm)
        return cls(first, ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)])


def timed(act: Callable[[], object]) -> Timing:
    """Return the time of the first doing and of WARM more; of fewer where each is very slow."""
    taken: list[float] = []
    began = time.perf_counter()
    while len(taken) <= WARM:
        started = time.perf_counter()
        act()
        taken.append((time.perf_counter() - started) * 1000)
        if len(taken) > WARM_LEAST and time.perf_counter() - began > PATIENCE_SECONDS:
            break
    return Timing.of(taken[0], taken[1:])


@dataclass(frozen=True)
class Line:
    """One row of the table. An aim is an upper limit of p95 in ms; a ratio's a lower one."""

    what: str
    size: str
    timing: Timing
    aim_ms: float | None = None
    naive_ms: float | None = None
    ratio_aim: float | None = None
    peak_mb: float | None = None
    peak_aim_mb: float | None = None
    way: str = ""

    @property
    def ratio(self) -> float | None:
        """Return how many times faster than the naive way, by the medians."""
        return None if self.naive_ms is None else self.naive_ms / max(self.timing.p50, 1e-6)

    @property
    def verdict(self) -> str:
        """Return "met", or by how much an aim is missed."""
        faults = []
        if self.aim_ms is not None and self.timing.p95 > self.aim_ms:
            faults.append(f"{self.timing.p95 / self.aim_ms:.1f}x the time")
        if self.ratio_aim and self.ratio is not None and self.ratio < self.ratio_aim:
            faults.append(f"{self.ratio:.1f}x of {self.ratio_aim:.0f}x naive")
        if self.peak_aim_mb and self.peak_mb is not None and self.peak_mb > self.peak_aim_mb:
            faults.append(f"{self.peak_mb / self.peak_aim_mb:.1f}x the memory")
        return f"MISSED: {', '.join(faults)}" if faults else "met" if self.has_aim else ""

    @property
    def has_aim(self) -> bool:
        return any((self.aim_ms, self.ratio_aim, self.peak_aim_mb))


_HEADS = (
    *("what", "rows", "answered by", "first ms", "p50 ms", "p95 ms"),
    *("aim ms", "naive ms", "x faster", "peak MB", "verdict"),
)


def table(lines: Iterable[Line]) -> str:
    """Return the lines as a table of text."""
    cells = [_HEADS, *(_cells(line) for line in lines)]
    widths = [max(len(row[n]) for row in cells) for n in range(len(_HEADS))]
    text = [
        "  ".join(
            cell.ljust(width) if n in (0, 1, 2, len(_HEADS) - 1) else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
    return "\n".join([text[0], "-" * max(map(len, text)), *text[1:]])


def _cells(line: Line) -> tuple[str, ...]:
    peak = "" if line.peak_mb is None else f"{line.peak_mb:.0f}"
    if line.peak_aim_mb:
        peak += f" / {line.peak_aim_mb:.0f}"
    return (
        line.what,
        line.size,
        line.way,
        _ms(line.timing.first),
        _ms(line.timing.p50),
        _ms(line.timing.p95),
        "" if line.aim_ms is None else f"{line.aim_ms:g}",
        "" if line.naive_ms is None else _ms(line.naive_ms),
        "" if line.ratio is None else f"{line.ratio:.0f}",
        peak,
        line.verdict,
    )


def _ms(value: float) -> str:
    return f"{value:,.2f}" if value < 10 else f"{value:,.0f}"


def say(text: str) -> None:
    """Tell, beside the table, how far the run is."""
    sys.stderr.write(f"{text}\n")
