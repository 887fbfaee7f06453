"""What Amazon's figures mean, where its documentation leaves a doubt: the questions and answers.

The background measures them from the data (`core.jobs.probes`) and keeps a verdict per advertiser
and adapter; screens show it, and what follows from it is used.
"""

from __future__ import annotations

from enum import StrEnum


class Probe(StrEnum):
    """A question about what Amazon's figures mean."""

    CONVERSION_DATE = "conversion date"
    REACH_WINDOW = "reach window"
    RATES = "rates"
    IDS = "ids"

    @property
    def question(self) -> str:
        """Return the question as people would ask it."""
        return _QUESTIONS[self]


class Verdict(StrEnum):
    """An answer. UNKNOWN until the data has said enough."""

    UNKNOWN = "unknown"
    BY_CONVERSION = "by conversion"  # a sale stands on the day it was made
    BY_TRAFFIC = "by traffic"  # a sale stands on the day of the ad
    AS_ASKED = "as asked"  # reach is of the range that was asked for
    FIXED_LOOK_BACK = "fixed look-back"  # reach is of one span, whatever was asked for
    FRACTIONS = "fractions"
    PERCENTS = "percents"
    TEXT = "text"
    NUMBERS = "numbers"

    @property
    def meaning(self) -> str:
        """Return what follows from it, in a sentence."""
        return _MEANINGS[self]


_QUESTIONS = {
    Probe.CONVERSION_DATE: "On which day does a conversion stand: its own, or the ad's?",
    Probe.REACH_WINDOW: "Which days does a reach speak about?",
    Probe.RATES: "Are rates fractions or percentages?",
    Probe.IDS: "Are ids text or numbers?",
}
_MEANINGS = {
    Verdict.UNKNOWN: "The data has not said enough yet; what Amazon documents is assumed.",
    Verdict.BY_CONVERSION: "A conversion stands on the day it happened; sales follow the ads.",
    Verdict.BY_TRAFFIC: "A conversion stands on the day of its ad; late days still grow.",
    Verdict.AS_ASKED: "Reach is of the days that were asked for.",
    Verdict.FIXED_LOOK_BACK: (
        "Reach is of one fixed span whatever days are asked for, so no window is shown."
    ),
    Verdict.FRACTIONS: "Rates are fractions; they agree with our own reckoning.",
    Verdict.PERCENTS: "Rates are percentages; ours are reckoned from sums and stand.",
    Verdict.TEXT: "Ids come as text.",
    Verdict.NUMBERS: "Ids come as numbers; they are read digit by digit and stay exact.",
}
