"""The portfolio: a row per advertiser, the most pressing first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import streamlit as st

from core.domain.formats import ABSENT, exact, percent
from core.domain.metrics import Unit
from core.domain.views import View
from core.insight.goals import Goals
from core.insight.known_days import line
from core.insight.portfolio_row import PortfolioRow
from core.web.context import PageContext
from core.web.parts import filters, table
from core.web.parts.markup import esc, link, status
from core.web.parts.table import Head

HEADS = (
    Head("Advertiser", is_number=False),
    Head("Month to date", meaning="Total cost since the first of the month, in its own days."),
    Head("Plan to date", meaning="The flights' budgets, spread evenly, over the same whole days."),
    Head("Of plan", meaning="What left the budgets, fees that count included, over the plan."),
    Head(
        "Projected", meaning="Where the month ends if flights go on as in their last settled days."
    ),
    Head("Planned month", meaning="The even plan for the whole month."),
    Head("At goal", meaning="Orders that reach their KPI's goal, of those with enough data."),
    Head("Data through", is_number=False),
    Head("Status", is_number=False),
)
_RATE = 6  # the place of the rates, after the amounts
_RATE_HEAD = Head(
    "Converted at",
    is_number=False,
    meaning="The rate of the day its data goes to, or the latest before it.",
)
_TONES = ("bad", "warn", "good", "")


def draw(ctx: PageContext, rows: Sequence[PortfolioRow]) -> None:
    """Draw the portfolio. Amounts are never added up over several currencies; where they were
    converted, the rate stands beside them.
    """
    ordered = sorted(rows, key=lambda row: _TONES.index(row.tone))
    currencies = {row.advertiser.currency for row in rows}
    is_one = len(currencies) == 1 and len(rows) > 1
    totals: Sequence[str] = _totals(rows, *currencies) if is_one else ()
    cells = [_cells(ctx, row) for row in ordered]
    heads: Sequence[Head] = HEADS
    if any(row.conversion for row in ordered):
        heads = (*HEADS[:_RATE], _RATE_HEAD, *HEADS[_RATE:])
        rates = [_rate(row) for row in ordered]
        cells = [[*c[:_RATE], rate, *c[_RATE:]] for c, rate in zip(cells, rates, strict=True)]
        totals = (*totals[:_RATE], "", *totals[_RATE:]) if totals else ()
    table.figures(heads, cells, name=f"Portfolio, {len(rows)} advertisers", totals=totals)


def _cells(ctx: PageContext, row: PortfolioRow) -> list[str]:
    advertiser = row.advertiser
    address = ctx.path("morning", adv=str(advertiser.advertiser_id), v="1")
    through = line(row.days, ctx.moment)
    late = row.days.is_late(ctx.moment)
    told = "not loaded yet" if through is None else f"{through.day}"
    age = "" if through is None else f"<br><small>{esc(through.age)}</small>"
    place = f"{esc(row.native_currency)} · {esc(advertiser.timezone)}"
    return [
        f'{link(address, advertiser.name)}<br><small class="fd-nowrap">{place}</small>',
        _money(row.spend, row),
        _money(row.planned if row.planned else None, row),
        ABSENT if row.of_plan is None else percent(row.of_plan),
        _money(row.projected if row.planned_month else None, row),
        _money(row.planned_month or None, row),
        goal_words(row.goals),
        (f'<span class="fd-warn">{esc(told)}, late</span>' if late else esc(told)) + age,
        _status(row),
    ]


def _rate(row: PortfolioRow) -> str:
    if row.conversion is None:
        return esc(f"no rate: in {row.native_currency}")
    rate, _, source = row.conversion.words.partition(" of ")
    lines = (rate, f"of {source}") if source else (rate,)
    return "<br>".join(f'<small class="fd-nowrap">{esc(line)}</small>' for line in lines)


def pick_currency(view: View, codes: Sequence[str]) -> None:
    """Draw the choice of a currency for every amount; the address remembers it."""
    key = "morning.currency"
    offered = ["", *codes, *([view.currency] if view.currency not in ("", *codes) else [])]
    st.session_state[key] = view.currency

    def picked() -> None:
        filters.show(replace(view, currency=st.session_state[key]))

    st.selectbox(
        "Amounts in",
        offered,
        key=key,
        format_func=lambda code: code or "each advertiser's own currency",
        on_change=picked,
        width=260,
    )


def goal_words(goals: Goals) -> str:
    """Return how many orders are at their goals."""
    if not goals.judged:
        return "too little data" if goals.too_little else ABSENT
    return f"{goals.met} of {goals.judged}"


def _status(row: PortfolioRow) -> str:
    if row.calls:
        first, *others = (f"{count} {word}" for word, count in row.calls)
        more = "".join(f"<br><small>{esc(words)}</small>" for words in others)
        return status(row.tone, first) + more
    if row.is_loading:
        return status("", "loading")
    return status(row.tone, "on pace" if row.tone == "good" else "nothing running")


def _money(amount: Decimal | int | None, row: PortfolioRow) -> str:
    return esc(exact(amount, Unit.MONEY, row.advertiser.currency))


def _totals(rows: Sequence[PortfolioRow], currency: str) -> list[str]:
    def total(name: str) -> str:
        amounts = [getattr(row, name) for row in rows]
        known = [amount for amount in amounts if amount is not None]
        return esc(exact(sum(known, Decimal(0)), Unit.MONEY, currency))

    planned = sum((row.planned for row in rows), Decimal(0))
    consumed = sum((row.consumed for row in rows), Decimal(0))
    return [
        f"All {len(rows)}",
        total("spend"),
        total("planned"),
        percent(consumed / planned) if planned else ABSENT,
        _projected(rows) or total("projected"),
        total("planned_month"),
        *_summed_goals(rows),
        "",
        "",
    ]


def _projected(rows: Sequence[PortfolioRow]) -> str:
    """Return why no end of the month is told of all of them, "" where each has one."""
    lacking = sum(r.projected is None or bool(r.spend and not r.planned_month) for r in rows)
    of = f"{lacking} of these advertisers {'has' if lacking == 1 else 'have'} no projection"
    return f'<span title="{esc(of)}">{ABSENT}</span>' if lacking else ""


def _summed_goals(rows: Sequence[PortfolioRow]) -> list[str]:
    counts = ((r.goals.met, r.goals.missed, r.goals.too_little) for r in rows)
    return [goal_words(Goals(*map(sum, zip(*counts, strict=True))))]
