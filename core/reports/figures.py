"""Key figures as values: what a tile says, on a screen, on paper and in a mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Tone = Literal["good", "bad", "neutral"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One figure.

    figure   as it is read ("1.24 M", "$4,100", "n/a")
    exact    the whole figure, shown on hover and read aloud; "" when `figure` is already exact
    change   sign and word in one text ("+12 % on the 7 days before"), "" for none
    tone     whether that change is good news; never shown by colour alone, the sign says it too
    trail    the days behind the figure, oldest first; None where a day is not known
    note     one short sentence under it ("Amazon reports no reach for this window")
    meaning  what the figure counts, shown on hover of the label
    """

    label: str
    figure: str
    exact: str = ""
    change: str = ""
    tone: Tone = "neutral"
    trail: Sequence[float | None] = ()
    note: str = ""
    meaning: str = ""
