"""Reading a unified report request: the checks with their numbers, and its translation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sandbox.answers import Refusal, unified_error
from sandbox.reports.asked import Asked
from sandbox.reports.kinds import KINDS
from sandbox.unified.fields import (
    CONSTANTS,
    DIMENSIONS,
    DOLLARS,
    NOT_OF_PRODUCTS,
    TIMES,
    VIEW_CURRENCY,
    metrics,
)

FORMATS = ("CSV", "GZIP_JSON", "PARTITIONED_CSV", "PARTITIONED_GZIP_JSON")
_FIELD = re.compile(r"^[a-zA-Z0-9]+\.[a-zA-Z0-9]+$")
_ACCOUNTS_MAX = 5
# The names that other report types have for the levels of the campaign report.
_OTHER_LEVELS = {"campaign": "order", "ad": "lineItem"}


@dataclass(frozen=True)
class Filter:
    """Keep (or drop) rows by the values of a field."""

    field: str
    values: tuple[str, ...]
    drops: bool


@dataclass(frozen=True)
class UnifiedAsked:
    """A valid request: the translated one, and how its rows are to be named and narrowed."""

    asked: Asked
    fields: tuple[str, ...]
    filters: tuple[Filter, ...]
    format: str
    currency_of_view: str | None
    body: dict[str, Any]


def understood(body: dict[str, Any], today: date, accounts: dict[str, str]) -> UnifiedAsked:
    """Return the request; `accounts` maps account ids the caller may read to advertiser ids.

    Raises a 400 with the number of what is wrong; several things at once are a 400100.
    """
    advertisers = _advertisers(body, accounts)
    report = _only(body.get("reports"), "reports")
    query: Any = report.get("query")
    fields = query.get("fields") if isinstance(query, dict) else None
    if not isinstance(fields, list) or not fields:
        raise refusal("400000", "query.fields is missing")
    names = tuple(str(field) for field in fields)
    _check(_wrong_fields(names, report.get("currencyOfView")))
    start, end = _period(report, today, next(n for n in names if n in TIMES))
    if report.get("format") not in FORMATS:
        raise refusal("400017", f"format takes {', '.join(FORMATS)}")
    asked = _translated(names, advertisers, start, end)
    filters = tuple(_filters(query.get("filter"), names))
    return UnifiedAsked(
        asked, names, filters, report["format"], report.get("currencyOfView"), report
    )


def refusal(code: str, sentence: str) -> Refusal:
    """Return a 400 in the unified reports' form."""
    return unified_error(400, code, f"{code}: {sentence}")


def _advertisers(body: dict[str, Any], accounts: dict[str, str]) -> tuple[str, ...]:
    wanted = body.get("accessRequestedAccounts")
    if not isinstance(wanted, list) or not wanted:
        raise refusal("400000", "accessRequestedAccounts is missing")
    if len(wanted) > _ACCOUNTS_MAX:
        raise refusal("400019", f"at most {_ACCOUNTS_MAX} accounts can be requested")
    ids = [str(account.get("advertiserAccountId", "")) for account in wanted]
    unknown = [each for each in ids if each not in accounts]
    if unknown:
        raise refusal("400026", f"accounts are not authorized: ({', '.join(unknown)})")
    return tuple(dict.fromkeys(accounts[each] for each in ids))


def _wrong_fields(names: tuple[str, ...], view: object) -> list[tuple[str, str]]:
    """Return number and sentence of everything that is wrong with the fields."""
    known = {*metrics(), *DIMENSIONS, *TIMES, *CONSTANTS}
    found = [("400013", f"field {n} has invalid format") for n in names if not _FIELD.match(n)]
    found += [
        ("400005", f"field {n} is unknown") for n in names if _FIELD.match(n) and n not in known
    ]
    found += [("400011", f"field {n} is duplicated") for n in set(names) if names.count(n) > 1]
    if found:
        return found
    if not any(n in metrics() for n in names):
        found.append(("400014", "at least one metric is required"))
    if not any(n in DIMENSIONS for n in names):
        found.append(("400015", "at least one level of detail is required"))
    if not any(n in TIMES for n in names):
        found.append(("400016", "at least one time dimension is required"))
    return found + _missing_companions(names, view) + _incompatible(names)


def _missing_companions(names: tuple[str, ...], view: object) -> list[tuple[str, str]]:
    needed = {n: metrics()[n].companion for n in names if n in metrics()}
    needed |= {n: DIMENSIONS[n].key for n in names if n in DIMENSIONS and DIMENSIONS[n].key}
    found = [
        ("400006", f"field {name} cannot be used without also including fields: ({companion})")
        for name, companion in needed.items()
        if companion and companion not in names
    ]
    if VIEW_CURRENCY in names and view not in DOLLARS:
        found.append(("400027", f"field {VIEW_CURRENCY} needs a currencyOfView"))
    return found


def _incompatible(names: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the dimensions of two different cuts, and people where they are not counted."""
    cuts = {DIMENSIONS[n].kind for n in names if n in DIMENSIONS} - {"dspCampaign"}
    if len(cuts) > 1:
        return [("400004", "the dimensions are incompatible with each other")]
    people = [n for n in names if "Reach" in n or "ImpressionFrequency" in n]
    if cuts and people:
        return [("400004", f"field {people[0]} is incompatible with the other dimensions")]
    offered = {n for n in names if n in metrics()}
    if cuts:
        kind = KINDS[next(iter(cuts))]
        columns = kind.columns(tuple(kind.group_by))
        lost = sorted(n for n in offered if metrics()[n].column not in columns)
        lost += sorted(offered & NOT_OF_PRODUCTS if cuts == {"dspProduct"} else ())
        if lost:
            return [("400004", f"field {lost[0]} is incompatible with the other dimensions")]
    return []


def _check(wrong: list[tuple[str, str]]) -> None:
    if len(wrong) == 1:
        raise refusal(*wrong[0])
    if wrong:
        listed = ", ".join(f"{code}: {sentence}" for code, sentence in wrong)
        raise unified_error(400, "400100", f"400100: {listed}")


def _period(report: dict[str, Any], today: date, time: str) -> tuple[date, date]:
    period: Any = _only(report.get("periods"), "periods").get("datePeriod")
    try:
        start = date.fromisoformat(str(period["startDate"]))
        end = date.fromisoformat(str(period["endDate"]))
    except (TypeError, KeyError, ValueError):
        raise refusal("400000", "periods[0].datePeriod needs startDate and endDate") from None
    _, history, longest = TIMES[time]
    if end < start:
        raise refusal("400007", "startDate is after endDate")
    if end > today + timedelta(days=1):
        raise refusal("400009", "the period lies in the future")
    if start < today - timedelta(days=history):
        raise refusal("400025", f"startDate is beyond the look-back of {history} days")
    if (end - start).days + 1 > longest:
        raise refusal("400025", f"the period is longer than {longest} days")
    return start, end


def _translated(
    names: tuple[str, ...], advertisers: tuple[str, ...], start: date, end: date
) -> Asked:
    dimensions = [DIMENSIONS[name] for name in names if name in DIMENSIONS]
    cut = next((d.kind for d in dimensions if d.kind != "dspCampaign"), "dspCampaign")
    wanted = {d.group_by for d in dimensions} - {""}
    columns = [d.column for d in dimensions]
    columns += [metrics()[name].column for name in names if name in metrics()]
    return Asked(
        name=None,
        kind=KINDS[cut],
        start=start,
        end=end,
        group_by=tuple(_levels(cut, wanted)),
        columns=tuple(dict.fromkeys([*columns, "date", "advertiserId"])),
        time_unit=next(TIMES[name][0] for name in names if name in TIMES),
        format="GZIP_JSON",
        advertiser_ids=advertisers,
        configuration={},
    )


def _levels(cut: str, wanted: set[str]) -> Iterable[str]:
    for level in wanted:
        has_own_name = cut not in {"dspCampaign", "dspInventory"} and level in _OTHER_LEVELS
        yield _OTHER_LEVELS[level] if has_own_name else level


def _filters(written: Any, names: tuple[str, ...]) -> Iterable[Filter]:
    if written is None:
        return
    if not isinstance(written, dict) or len(written) != 1 or not {"on", "and"} & written.keys():
        raise refusal("400021", "filter takes one of on, and")
    parts = [written] if "on" in written else written["and"].get("filters", [])
    if not 1 <= len(parts) <= 10:
        raise refusal("400022", "and.filters takes 1 to 10 filters")
    for part in parts:
        yield _filter(part.get("on"), names)


def _filter(on: Any, names: tuple[str, ...]) -> Filter:
    needed = {"field", "comparisonOperator", "not", "values"}
    if not isinstance(on, dict) or on.keys() != needed:
        raise refusal("400023", "a filter needs field, comparisonOperator, not and values")
    if on["comparisonOperator"] not in {"EQUALS", "IN"}:
        raise refusal("400020", "comparisonOperator takes EQUALS or IN")
    if on["field"] not in {"adProduct.value", *names}:
        raise refusal("400020", f"filter field {on['field']} is not among the fields")
    return Filter(on["field"], tuple(str(value) for value in on["values"]), bool(on["not"]))


def _only(items: Any, name: str) -> dict[str, Any]:
    if not isinstance(items, list) or len(items) != 1 or not isinstance(items[0], dict):
        raise refusal("400000", f"{name} takes exactly one entry")
    found: dict[str, Any] = items[0]
    return found
