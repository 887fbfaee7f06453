"""Reading a report request, with Amazon's words for what is wrong with it.

Texts for columns, filters, retention and required fields are Amazon's as clients have quoted
them; the others follow their pattern.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sandbox.answers import Refusal, report_error
from sandbox.beliefs import Beliefs
from sandbox.reports.asked import Asked
from sandbox.reports.kinds import DAILY, KINDS, Kind
from sandbox.reports.sponsored import SPONSORED_KINDS

_REQUIRED = ("adProduct", "groupBy", "columns", "reportTypeId", "timeUnit", "format")
_PRODUCTS = {
    "ALL", "DEMAND_SIDE_PLATFORM", "SPONSORED_BRANDS", "SPONSORED_DISPLAY", "SPONSORED_PRODUCTS",
    "SPONSORED_TELEVISION",
}  # fmt: skip
_ADVERTISERS_MAX = 100


def understood(body: Any, today: date, beliefs: Beliefs) -> Asked:
    """Return the request. Raises a 400 in the reports' own form for the first thing wrong."""
    if not isinstance(body, dict) or not isinstance(body.get("configuration"), dict):
        raise report_error(400, "Required fields are invalid or missing: configuration")
    configuration = body["configuration"]
    missing = [f"configuration {name}" for name in _REQUIRED if not configuration.get(name)]
    if missing:
        raise report_error(400, f"Required fields are invalid or missing: {', '.join(missing)}")
    kind = _kind(configuration)
    group_by = _group_by(kind, configuration["groupBy"])
    time_unit = _one_of(configuration, "timeUnit", kind.time_units)
    asked = Asked(
        name=body.get("name"),
        kind=kind,
        start=_day(body, "startDate"),
        end=_day(body, "endDate"),
        group_by=group_by,
        columns=_columns(kind, group_by, configuration["columns"], time_unit, beliefs),
        time_unit=time_unit,
        format=_one_of(configuration, "format", kind.formats),
        advertiser_ids=_advertisers(kind, group_by, configuration.get("filters")),
        configuration=configuration,
    )
    _check_range(asked, today)
    return asked


def _kind(configuration: dict[str, Any]) -> Kind:
    kind = {**KINDS, **SPONSORED_KINDS}.get(str(configuration["reportTypeId"]))
    if kind is None:
        raise report_error(400, "configuration reportTypeId is unknown or invalid")
    if configuration["adProduct"] not in _PRODUCTS:
        raise _invalid("adProduct", [str(configuration["adProduct"])], _PRODUCTS)
    if configuration["adProduct"] != kind.product:
        raise report_error(400, "configuration adProduct is not supported for this report type")
    return kind


def _group_by(kind: Kind, wanted: Any) -> tuple[str, ...]:
    names = tuple(wanted) if isinstance(wanted, list) else ()
    unknown = [str(name) for name in names if name not in kind.group_by]
    if unknown or not names:
        raise _invalid("groupBy", unknown, kind.group_by)
    if kind.needs and not set(kind.needs) & set(names):
        raise report_error(
            400, f"configuration groupBy must include one of: ({', '.join(kind.needs)})"
        )
    if kind.combinations and frozenset(names) not in kind.combinations:
        raise report_error(400, "configuration groupBy values cannot be combined")
    return tuple(dict.fromkeys(names))


def _columns(
    kind: Kind, group_by: tuple[str, ...], wanted: Any, time_unit: str, beliefs: Beliefs
) -> tuple[str, ...]:
    names = tuple(wanted) if isinstance(wanted, list) else ()
    allowed = kind.columns(group_by) - set(beliefs.refused_columns)
    allowed -= set(kind.summary_dates) if time_unit == DAILY else {"date"}
    unknown = [str(name) for name in names if name not in allowed]
    if unknown or not names:
        raise _invalid("columns", unknown, allowed)
    return tuple(dict.fromkeys(names))


def _advertisers(kind: Kind, group_by: tuple[str, ...], filters: Any) -> tuple[str, ...]:
    """Return the advertisers of the required filter; sponsored reports have none."""
    wanted = [f for f in filters or [] if isinstance(f, dict)]
    fields = [str(f.get("field")) for f in wanted]
    unknown = [name for name in fields if name not in kind.filters]
    if unknown:
        by, legal = ", ".join(group_by), ", ".join(kind.filters)
        raise report_error(
            400,
            f"configuration filters includes fields: ({', '.join(unknown)}) which are "
            f"invalid for groupBys: {by}. Allowed filters for groupBy {by}: ({legal})",
        )
    if "advertiserId" not in kind.filters or (kind.letter == "X" and "advertiserId" not in fields):
        return ()
    values = [str(v) for f in wanted if f["field"] == "advertiserId" for v in f.get("values") or []]
    if not values:
        raise report_error(
            400, "Required fields are invalid or missing: configuration filters advertiserId"
        )
    if len(set(values)) > _ADVERTISERS_MAX:
        raise report_error(
            400,
            f"configuration filters advertiserId cannot have more than {_ADVERTISERS_MAX} values",
        )
    return tuple(dict.fromkeys(values))


def _day(body: dict[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(str(body.get(name, "")))
    except ValueError:
        raise report_error(400, f"Required fields are invalid or missing: {name}") from None


def _check_range(asked: Asked, today: date) -> None:
    oldest = today - timedelta(days=asked.kind.retention)
    if asked.end < asked.start:
        raise report_error(400, "endDate must be equal to or after startDate")
    if (asked.end - asked.start).days + 1 > asked.kind.days:
        raise report_error(400, f"startDate to endDate range cannot exceed {asked.kind.days} days")
    if asked.start < oldest:
        raise report_error(
            400,
            f"startDate ({asked.start}) must be equal to or after report type data retention "
            f"start date ({oldest})",
        )
    if asked.end > today + timedelta(days=1):
        raise report_error(400, f"endDate ({asked.end}) cannot be in the future")


def _one_of(configuration: dict[str, Any], name: str, allowed: Iterable[str]) -> str:
    value = str(configuration[name])
    if value not in allowed:
        raise _invalid(name, [value], allowed)
    return value


def _invalid(name: str, values: list[str], allowed: Iterable[str]) -> Refusal:
    return report_error(
        400,
        f"configuration {name} includes invalid values: ({', '.join(values)}). "
        f"Allowed values: ({', '.join(sorted(allowed))})",
    )
