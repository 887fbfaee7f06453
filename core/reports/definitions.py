"""Report definitions and the rules of their schedules, as the store keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from core.domain.views import Screen, View, query, read
from core.errors import UserError
from core.reports.file_specs import Format
from core.reports.look import require_colour
from core.reports.making import Kind
from core.reports.typeset import ACCENT, Brand

FORMATS = (Format.PDF, Format.XLSX, Format.CSV)
PAPERS = {"a4": "A4", "us-letter": "US Letter"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPlan:
    """What a report is made of: a kind, the view it is about, and how it is written.

    The view is kept as its address, so that old definitions go on working.
    """

    kind: Kind
    view: View
    formats: tuple[Format, ...] = (Format.PDF,)
    colour: str = ACCENT
    paper: str = "a4"

    def payload(self) -> dict[str, Any]:
        """Return it as JSON. Raises UserError without a format, or for a colour that is none."""
        if not self.formats:
            raise UserError("Choose at least one format.")
        require_colour(self.colour)
        if self.paper not in PAPERS:
            raise UserError("Paper is A4 or US Letter.")
        return {
            "kind": self.kind,
            "screen": self.view.screen,
            "query": query(self.view),
            "formats": list(self.formats),
            "colour": self.colour,
            "paper": self.paper,
        }

    def brand(self, organization: str, logo: str = "") -> Brand:
        """Return whose report it is; `logo` is an SVG."""
        return Brand(name=organization, colour=self.colour, logo=logo, paper=self.paper)


def read_plan(payload: Mapping[str, Any]) -> ReportPlan:
    """Return what `payload` wrote; what an older version did not know has its default."""
    view = read(Screen(payload["screen"]), payload["query"]).view
    return ReportPlan(
        kind=Kind(payload["kind"]),
        view=view,
        formats=tuple(Format(f) for f in payload["formats"]),
        colour=payload.get("colour", ACCENT),
        paper=payload.get("paper", "a4"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How the deliveries of a schedule behave.

    waits_for_data  goes out once yesterday is whole for every advertiser, or after sixteen hours
    skips_empty     does not go out when nothing was delivered in its days
    skips_same      does not go out when no figure differs from the last one sent
    asks_first      waits until somebody has looked at it, commented, and let it go
    attaches        the files are in the mail; else it leads to them
    """

    waits_for_data: bool = True
    skips_empty: bool = True
    skips_same: bool = False
    asks_first: bool = False
    attaches: bool = True

    def payload(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self)


def read_rules(payload: Mapping[str, Any]) -> Rules:
    """Return what `payload` wrote; unknown words are passed over."""
    known = {field.name for field in fields(Rules)}
    return Rules(**{name: bool(value) for name, value in payload.items() if name in known})
