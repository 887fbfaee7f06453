"""The key figures of one currency as tiles: spend against plan, pacing, and what it bought."""

from __future__ import annotations

from collections.abc import Iterator

from core.domain.catalogue import metric
from core.domain.formats import ABSENT, compact, exact, percent, signed
from core.domain.metrics import Stage, Unit
from core.insight.history import Figure
from core.insight.tiles import Pacing, Planned, StageKpi, Tiles
from core.reports.figures import Tile
from core.reports.words import about, brief, moved, shown, tone_of, trail

_PACING_MEANING = (
    "Spend since the flights began, as a share of what they should have spent by the end of these "
    "days, as their advertisers' weekdays and events fell. 100 % is on plan."
)


def key_figures(found: Tiles, words: str) -> Iterator[Tile]:
    """Yield the tiles in order; `words` say what changes are held against."""
    currency = found.group.currency
    yield _tile(found.spend, currency, words, label="Spend", note=plan_words(found.plan, currency))
    yield _pacing(found.pacing, words)
    yield _tile(found.impressions, currency, words)
    yield from _stages(found, currency, words)
    told = "conversion orders only" if found.is_mixed else ""
    # A stage that is judged by return on ad spend has said it already: there are six tiles still.
    if not any(_is_outcome(found, kpi) for kpi in found.kpis):
        yield _outcome(found, found.returns, "total_roas", words, told)
    elif len(found.kpis) == 1:
        yield _outcome(found, found.cost_per_purchase, "ecpp", words, told)
    yield _outcome(found, found.new_to_brand, "ntb_percent", words, told)


def plan_words(plan: Planned, currency: str) -> str:
    """Return how spend stands to the plan, and what the plan leaves out."""
    if plan.is_early:
        told = "Held against the plan once these days are whole."
    elif plan.share is None:
        told = "No plan is known for these days."
    else:
        until = f" to {plan.through:%-d %b}" if plan.through else ""
        planned = compact(plan.planned, Unit.MONEY, currency)
        told = f"{percent(plan.share)} of {planned} planned{until}"
    left_out = [
        _counted(plan.without_plan, "order") + " without a known budget"
        if plan.without_plan
        else "",
        _counted(plan.paused, "paused order") + " left out" if plan.paused else "",
    ]
    rest = ", ".join(filter(None, left_out))
    return f"{told.removesuffix('.')}; {rest}" if rest else told


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _pacing(pacing: Pacing, words: str) -> Tile:
    if pacing.ratio is None:
        return Tile(label="Pacing", figure=ABSENT, note="No flight runs in these days.",
                    meaning=_PACING_MEANING)  # fmt: skip
    change = ""
    if words and pacing.before is not None:
        points = signed((pacing.ratio - pacing.before) * 100, Unit.AVERAGE)
        change = f"{points} points {words}"
    off = [f"{n} {word}" for n, word in ((pacing.behind, "behind"), (pacing.ahead, "ahead")) if n]
    told = f"{_counted(pacing.flights, 'flight')}: {', '.join(off) or 'all on pace'}"
    if pacing.partly:
        told += f"; {pacing.partly} known in part"
    return Tile(
        label="Pacing",
        figure=percent(pacing.ratio),
        change=change,
        trail=trail(pacing.trail),
        note=told,
        meaning=_PACING_MEANING,
    )


def _stages(found: Tiles, currency: str, words: str) -> Iterator[Tile]:
    if not found.kpis:
        yield Tile(label="Stage KPI", figure=ABSENT, note="No order delivered in these days.")
    for kpi in found.kpis:
        yield _stage(found, kpi, currency, words)


def _stage(found: Tiles, kpi: StageKpi, currency: str, words: str) -> Tile:
    note = _stage_words(kpi)
    if kpi.figure is None:
        note = f"{note}. Amazon reports it for whole windows, never by day."
        return Tile(label=kpi.metric.label, figure=ABSENT, note=note, meaning=about(kpi.metric))
    if _is_outcome(found, kpi):
        note = f"{note}; {_trailing(found)}"
    return _tile(kpi.figure, currency, words, note=note)


def _is_outcome(found: Tiles, kpi: StageKpi) -> bool:
    """Return whether a stage's KPI is the very figure that the tile of returns tells."""
    of_all = kpi.stage is Stage.CONVERSION or not found.is_mixed
    return of_all and kpi.metric.key == "total_roas"


def _stage_words(kpi: StageKpi) -> str:
    if kpi.stage is Stage.DELIVERY:
        return f"{_counted(kpi.orders, 'order')}, stage not known"
    return _counted(kpi.orders, f"{kpi.stage.value} order")


def _trailing(found: Tiles) -> str:
    return f"{exact(found.trailing_returns, Unit.MULTIPLE)} over the last 14 days"


def _outcome(found: Tiles, figure: Figure | None, key: str, words: str, told: str) -> Tile:
    if figure is None:
        entry = metric(key)
        return Tile(label=entry.label, figure=ABSENT, meaning=about(entry),
                    note="No order here works for conversion.")  # fmt: skip
    notes = [_trailing(found)] if key == "total_roas" else []
    return _tile(
        figure, found.group.currency, words, note="; ".join([*notes, told] if told else notes)
    )


def _tile(figure: Figure, currency: str, words: str, *, label: str = "", note: str = "") -> Tile:
    entry = figure.metric
    return Tile(
        label=label or entry.label,
        figure=brief(entry, figure.value, currency),
        exact=shown(entry, figure.value, currency),
        change=moved(figure, words),
        tone=tone_of(entry, figure.change),
        trail=trail(figure.trail),
        note=note,
        meaning=about(entry),
    )
