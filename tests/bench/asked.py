"""The lines of questions: what a lake is asked, cold and warm, beside the naive way."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median

import pyarrow as pa

from core.domain.scope import TenantScope
from core.insight.desk import Desk
from core.insight.search import search
from core.lake.engine import Limits
from core.lake.lake import Lake
from core.lake.reader import Reader, Way
from core.lake.serving import ServingLimits
from core.store.doors import Tenant
from tests.bench.fill import SCOPE, Filled
from tests.bench.listening import Asking, Heard, Listener, StoreMemory
from tests.bench.naive import Naive, files_of
from tests.bench.office import NOW, furnished
from tests.bench.questions import Case, cases
from tests.bench.report import Line, say, timed
from tests.bench.screens import WAITED_MS, askings, searches

CACHED_MS = 1.0
_SUMMED = {Way.CUBE.value, Way.ROLLUP.value}
"""The ways whose cost goes by orders and days alone, whatever rows there are."""


class WorldNames:
    """The names of a world, as the store would give them."""

    def __init__(self, lake: Filled) -> None:
        world = lake.world
        numbers = range(world.size.advertisers)
        self._tables = {
            "order": world.orders(),
            "line_item": world.names("line_item", world.pair_line),
            "creative": world.names("creative", world.pair_creative),
            "advertiser": pa.table(
                {"advertiser_id": world.advertisers, "name": [f"Brand {n}" for n in numbers]}
            ),
        }

    def generation(self, scope: TenantScope) -> str:
        return "1"

    def tables(self, scope: TenantScope) -> dict[str, pa.Table]:
        return self._tables


def question_lines(lake: Filled) -> Iterator[Line]:
    """Yield a line for every case, every asking of a screen, every search, a cached question.

    Of a world that stands for the daily totals of a larger one, only what these answer.
    """
    store = furnished(lake)  # which also loads reports of reach, before the serving copy is made
    names = WorldNames(lake)
    with (
        _served(lake, names, cache_bytes=0) as served,
        store.reading(SCOPE) as tenant,
        served.reader(SCOPE) as reader,
    ):
        yield from _lines(lake, tenant, reader, _naive(lake, names))
    with _served(lake, names) as cached, cached.reader(SCOPE) as reader:
        timing = timed(partial(reader.ask, cases(lake.world)[0].question))
    yield Line("a cached question", lake.label, timing, CACHED_MS, way="cache")
    store.close()


@contextmanager
def _served(lake: Filled, names: WorldNames, cache_bytes: int | None = None) -> Iterator[Lake]:
    more = {} if cache_bytes is None else {"cache_bytes": cache_bytes}
    limits = ServingLimits(Limits(memory_mb=1024))
    process = lake.home / "process"
    opened = Lake(lake.root, lake.manifests, names, home=process, limits=limits, **more)
    began = time.perf_counter()
    opened.prepare(SCOPE)
    say(f"  serving copy ready in {time.perf_counter() - began:.1f} s")
    yield opened
    opened.close()


def _naive(lake: Filled, names: WorldNames) -> Naive | None:
    """Return the naive way; None for a world that only stands for another's daily totals."""
    if lake.world.size.is_rolled_up:
        return None
    versions = lake.manifests.latest(SCOPE).versions
    folder = Path(lake.root.address(SCOPE, "campaign")).parent
    files = {name: files_of(folder, name, version) for name, version in versions.items()}
    return Naive(files, names.tables(SCOPE))


def _lines(lake: Filled, tenant: Tenant, reader: Reader, naive: Naive | None) -> Iterator[Line]:
    listener = Listener(reader)
    desk = Desk(tenant, listener, NOW, StoreMemory(listener))
    told = [_case_line(case, reader, naive, lake) for case in cases(lake.world)]
    yield from filter(None, told)
    told = [_asking_line(asking, desk, listener, naive, lake) for asking in askings(lake.world)]
    yield from filter(None, told)
    for title, words in searches(lake.world):
        timing = timed(partial(search, desk, words))
        say(f"  {title}")
        yield Line(title, lake.label, timing, WAITED_MS, way="store")


def _case_line(case: Case, reader: Reader, naive: Naive | None, lake: Filled) -> Line | None:
    heard = (Heard(case.question),)
    if not _is_told(heard, reader, lake):
        return None
    timing = timed(partial(reader.ask, case.question))
    say(f"  {case.title}")
    return Line(
        f"Lake: {case.title}",
        lake.label,
        timing,
        case.aim_ms,
        naive_ms=_naive_ms(naive, heard, times=3),
        ratio_aim=case.ratio_aim if naive else None,
        way=_ways(heard, reader),
    )


def _asking_line(
    asking: Asking, desk: Desk, listener: Listener, naive: Naive | None, lake: Filled
) -> Line | None:
    heard = asking.heard(desk, listener)
    if not heard and not lake.world.size.is_rolled_up:
        raise SystemExit(f"{asking.title}: the lake is not asked anything")
    if not _is_told(heard, listener, lake):
        return None
    reader = desk.reader
    timing = timed(lambda: [one.ask(reader) for one in heard])
    say(f"  {asking.title}")
    count = f", {len(heard)} questions" if len(heard) > 1 else ""
    return Line(
        asking.title + count,
        lake.label,
        timing,
        asking.aim_ms,
        naive_ms=_naive_ms(naive, heard, times=1) if asking.has_naive else None,
        way=_ways(heard, reader),
    )


def _is_told(heard: Sequence[Heard], reader: Reader, lake: Filled) -> bool:
    if not lake.world.size.is_rolled_up:
        return True
    return bool(heard) and {one.way(reader) for one in heard} <= _SUMMED


def _ways(heard: Sequence[Heard], reader: Reader) -> str:
    return ", ".join(dict.fromkeys(one.way(reader) for one in heard))


def _naive_ms(naive: Naive | None, heard: Sequence[Heard], times: int) -> float | None:
    if naive is None:
        return None
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        for one in heard:
            naive.answer(one.question)
        taken.append((time.perf_counter() - began) * 1000)
    return median(taken)
