"""What Amazon might really do: switches that change the figures or the answers.

Nobody outside can be sure of these, so a client has to notice from the data.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal

from sandbox.answers import Refusal


@dataclass(frozen=True)
class Beliefs:
    """One set of switches; the defaults are the likeliest."""

    conversions_by: Literal["conversion", "traffic"] = "conversion"
    rates: Literal["fraction", "percent"] = "fraction"
    ids: Literal["text", "number"] = "text"
    reach_window: Literal["range", "six_months"] = "range"
    viewability_base: Literal["measurable", "impressions"] = "measurable"
    late_restatement_day: int | None = None
    late_restatement_size: float = 0.06
    refused_columns: tuple[str, ...] = ()
    reads_lag_seconds: float = 0.0
    legacy_endpoints: bool = False
    rows_max: int = 2_000_000

    def changed(self, wanted: dict[str, Any]) -> Beliefs:
        """Return the switches with some of them set. Raises a 400 for an unknown one."""
        known = {field.name for field in fields(self)}
        if not wanted.keys() <= known:
            raise Refusal(
                400, {"error": f"unknown: {sorted(wanted.keys() - known)}", "known": sorted(known)}
            )
        if "refused_columns" in wanted:
            wanted = {**wanted, "refused_columns": tuple(wanted["refused_columns"])}
        return replace(self, **wanted)

    def shown(self) -> dict[str, Any]:
        return asdict(self)
