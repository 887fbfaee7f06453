"""What a screen is showing, and its address: the grammar of filters in the URL, version 1.

    ?v=1&range=7d&vs=previous&adv=123,456&order=789&line=321&q=remarketing
     &show=dpvr,total_roas&by=order&sort=-total_cost&trend=dpvr&page=2&as_of=2026-11-20T12:00:00Z
     &cut=supply&pivot=order&align=flight&scale=index&event=prime-day.2026

`range` is a preset or days, 2026-11-01..2026-11-07; `vs` a named comparison or the first of as many
days, 2026-10-01; in `sort` a minus means descending. `cut`
and `pivot` are the rows and the columns of Explore; `align`, `scale` and `event` say how Compare
lays its lines over one another; `cur` is the currency that the portfolio is converted to.

A value that cannot be read, or that nobody could have meant, is left out and said in a note:
an address never breaks a page. What equals the screen's default is not written. A later
version of the grammar reads this one; the marker `v` says which one wrote an address.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from core.domain.catalogue import METRICS
from core.domain.cuts import Dimension
from core.domain.periods import Against, Comparison, DateRange, Preset, compared_range, preset_range

VERSION = 1
IDS_MAX = 200
METRICS_MAX = 12
TEXT_MAX = 120
DAYS_MAX = 1100
PAGE_MAX = 10_000
_FIRST_DAY = date(2015, 1, 1)
_LAST_DAY = date(2099, 12, 31)
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_LENGTH_MAX = 16_000
_PRESETS = {preset.value for preset in Preset}


class Screen(StrEnum):
    """A screen, as it is named in the address."""

    MORNING = "morning"
    PACING = "pacing"
    PERFORMANCE = "performance"
    EXPLORE = "explore"
    COMPARE = "compare"
    REACH = "reach"
    REPORTS = "reports"
    ACCOUNTS = "accounts"
    HEALTH = "health"
    GLOSSARY = "glossary"


class Level(StrEnum):
    """What one row of a table is."""

    ADVERTISER = "advertiser"
    ORDER = "order"
    LINE_ITEM = "line"
    CREATIVE = "creative"


class Window(StrEnum):
    """A span of days for which Amazon reports reach; each has a day on which it is read."""

    DAY = "1d"
    WEEK = "7d"
    FORTNIGHT = "14d"
    THIRTY_DAYS = "30d"
    MONTH = "month"


class Alignment(StrEnum):
    """What stands at the same place of two lines."""

    CALENDAR = "calendar"  # the same day
    FLIGHT = "flight"  # the same day of a flight
    EVENT = "event"  # the same day of an event, this time and the last


class Scale(StrEnum):
    """How lines are measured: in the metric's unit, or each against its own average."""

    UNIT = "unit"
    INDEX = "index"


@dataclass(frozen=True, slots=True)
class Sort:
    """The column a table is ordered by: a metric's key or "name"."""

    key: str
    descending: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One screen with its filters; empty tuples mean all."""

    screen: Screen
    range: Preset | DateRange = Preset.LAST_7
    comparison: Against = Comparison.PREVIOUS_PERIOD
    advertisers: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    line_items: tuple[str, ...] = ()
    text: str = ""
    metrics: tuple[str, ...] = ()
    trend: str = ""
    level: Level = Level.ORDER
    window: Window = Window.WEEK
    sort: Sort | None = None
    page: int = 1
    as_of: datetime | None = None
    cut: Dimension = Dimension.SUPPLY
    pivot: Dimension | None = None
    align: Alignment = Alignment.CALENDAR
    scale: Scale = Scale.UNIT
    event: str = ""
    currency: str = ""

    @property
    def preset(self) -> Preset | None:
        """Return the preset of its days, None for custom ones."""
        return None if isinstance(self.range, DateRange) else self.range

    def period(self, last_day: date) -> DateRange:
        """Return the days shown when `last_day` is the last whole day of the advertiser."""
        if isinstance(self.range, DateRange):
            return self.range
        return preset_range(self.range, last_day)

    def compared(self, last_day: date) -> DateRange | None:
        """Return the days it is held against, of equal length; None for none."""
        return compared_range(self.period(last_day), self.comparison, self.preset)


@dataclass(frozen=True, slots=True)
class Reading:
    """A view read from an address, and a sentence for each part that was left out."""

    view: View
    notes: tuple[str, ...]


class _Unreadable(ValueError):
    """A value says nothing that can be shown; the message is the note."""


def read(screen: Screen, query: Mapping[str, str | Sequence[str]]) -> Reading:
    """Return the view that an address asks for, whatever it holds. Never raises.

    Of a key that comes several times the first counts. Unknown keys are other people's
    (tracking marks, a login's state) and are passed over in silence.
    """
    notes = [_NEWER] if _first(query.get("v")) not in {"", str(VERSION)} else []
    found: dict[str, Any] = {}
    for part in _PARTS:
        value = _first(query.get(part.key))
        if not value:
            continue
        try:
            found[part.field] = part.read(value)
        except _Unreadable as unreadable:
            notes.append(f"{unreadable} It was left out.")
    return Reading(View(screen=screen, **found), tuple(notes))


def query(view: View) -> dict[str, str]:
    """Return the address of a view: only what differs from the default, in a fixed order."""
    default = View(screen=view.screen)
    written = {
        part.key: part.write(getattr(view, part.field))
        for part in _PARTS
        if getattr(view, part.field) != getattr(default, part.field)
    }
    return {"v": str(VERSION), **written} if written else {}


def without(view: View, *names: str) -> View:
    """Return the view with these fields back at their defaults."""
    default = View(screen=view.screen)
    known = {f.name for f in fields(View)}
    return replace(view, **{name: getattr(default, name) for name in names if name in known})


_NEWER = "This address was written by another version; what is understood of it is shown."


def _first(value: str | Sequence[str] | None) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else next(iter(value), "")
    return text if len(text) <= _LENGTH_MAX else "\x00"


def _choice(kind: type[StrEnum], what: str) -> Callable[[str], StrEnum]:
    def chosen(value: str) -> StrEnum:
        if value not in {member.value for member in kind}:
            raise _Unreadable(f"{_shown(value)} is no {what}.")
        return kind(value)

    return chosen


def _read_range(value: str) -> Preset | DateRange:
    if value in _PRESETS:
        return Preset(value)
    start, found, end = value.partition("..")
    try:
        first, last = date.fromisoformat(start), date.fromisoformat(end if found else start)
    except ValueError:
        raise _Unreadable(f"{_shown(value)} is no range of days.") from None
    if not _FIRST_DAY <= first <= last <= _LAST_DAY:
        raise _Unreadable(f"The days {_shown(value)} do not follow one another.")
    if (last - first).days >= DAYS_MAX:
        raise _Unreadable(f"A range holds at most {DAYS_MAX:,} days.")
    return DateRange(first, last)


def _write_range(chosen: Preset | DateRange) -> str:
    if isinstance(chosen, DateRange):
        return f"{chosen.start}..{chosen.end}"
    return chosen.value


def _read_comparison(value: str) -> Against:
    try:
        first = date.fromisoformat(value)
    except ValueError:
        return Comparison(_choice(Comparison, "comparison")(value))
    if not _FIRST_DAY <= first <= _LAST_DAY:
        raise _Unreadable(f"{_shown(value)} is no day to compare with.")
    return first


def _read_ids(value: str) -> tuple[str, ...]:
    ids = tuple(dict.fromkeys(value.split(",")))
    if len(ids) > IDS_MAX:
        raise _Unreadable(f"At most {IDS_MAX} ids can be chosen at once.")
    wrong = [one for one in ids if not _ID.fullmatch(one)]
    if wrong:
        raise _Unreadable(f"{_shown(wrong[0])} is no id.")
    return ids


def _read_text(value: str) -> str:
    text = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    if not text or len(text) > TEXT_MAX:
        raise _Unreadable(f"A search holds 1 to {TEXT_MAX} characters.")
    return text


def _read_metric(value: str) -> str:
    if value not in METRICS:
        raise _Unreadable(f"There is no metric {_shown(value)}.")
    return value


def _read_metrics(value: str) -> tuple[str, ...]:
    keys = tuple(dict.fromkeys(_read_metric(key) for key in value.split(",")))
    if len(keys) > METRICS_MAX:
        raise _Unreadable(f"At most {METRICS_MAX} metrics can be shown at once.")
    return keys


def _read_sort(value: str) -> Sort:
    key = value.removeprefix("-")
    return Sort(key if key == "name" else _read_metric(key), value.startswith("-"))


def _write_sort(sort: Sort) -> str:
    return f"-{sort.key}" if sort.descending else sort.key


def _read_page(value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", value) or not 1 <= int(value) <= PAGE_MAX:
        raise _Unreadable(f"{_shown(value)} is no page.")
    return int(value)


def _read_instant(value: str) -> datetime:
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        raise _Unreadable(f"{_shown(value)} is no point in time.") from None
    if instant.tzinfo is None:
        raise _Unreadable(f"The time {_shown(value)} lacks its zone.")
    if not _FIRST_DAY.year <= instant.year <= _LAST_DAY.year:
        raise _Unreadable(f"{_shown(value)} is no point in time that is kept.")
    return instant.astimezone(UTC)


def _read_currency(value: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", value):
        raise _Unreadable(f"{_shown(value)} is no currency.")
    return value


def written_instant(instant: datetime) -> str:
    """Return an instant as an address holds it: in UTC, with a Z."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _read_event(value: str) -> str:
    if not _ID.fullmatch(value):
        raise _Unreadable(f"{_shown(value)} is no event.")
    return value


def _joined(words: Iterable[str]) -> str:
    return ",".join(words)


def _shown(value: str) -> str:
    """Return a foreign value as it may stand in a sentence: short and printable."""
    clean = "".join(c if c.isprintable() else " " for c in value[:40])
    return f"“{clean}{'…' if len(value) > 40 else ''}”"


@dataclass(frozen=True, slots=True)
class _Part:
    key: str
    field: str
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str


_PARTS = (
    _Part("range", "range", _read_range, _write_range),
    _Part("vs", "comparison", _read_comparison),
    _Part("adv", "advertisers", _read_ids, _joined),
    _Part("order", "orders", _read_ids, _joined),
    _Part("line", "line_items", _read_ids, _joined),
    _Part("q", "text", _read_text),
    _Part("show", "metrics", _read_metrics, _joined),
    _Part("trend", "trend", _read_metric),
    _Part("by", "level", _choice(Level, "level")),
    _Part("window", "window", _choice(Window, "window of reach")),
    _Part("sort", "sort", _read_sort, _write_sort),
    _Part("page", "page", _read_page),
    _Part("as_of", "as_of", _read_instant, written_instant),
    _Part("cut", "cut", _choice(Dimension, "cut")),
    _Part("pivot", "pivot", _choice(Dimension, "cut")),
    _Part("align", "align", _choice(Alignment, "alignment")),
    _Part("scale", "scale", _choice(Scale, "scale")),
    _Part("event", "event", _read_event),
    _Part("cur", "currency", _read_currency),
)

KEYS = frozenset({"v", *(part.key for part in _PARTS)})  # what this grammar owns of an address
