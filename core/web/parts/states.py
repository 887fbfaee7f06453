"""The states a screen can be in besides "here is your answer", and the notices above an answer.

Every one says what happened, what it means and the one thing to do. A screen draws a state and
returns; a notice stands above figures that are still worth reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.web.parts.markup import draw, esc, link


class Mark(StrEnum):
    """What is known of one day of a load that is running."""

    DONE = "on"
    WAITING = ""
    TROUBLE = "bad"


@dataclass(frozen=True, slots=True)
class Step:
    """The one thing to do: words on the button, and where it leads."""

    words: str
    path: str


def panel(title: str, sentence: str, *, step: Step | None = None, extra: str = "") -> None:
    """Draw a panel in place of an answer. `extra` is HTML made of `markup`'s functions."""
    action = link(step.path, step.words, style="primary") if step else ""
    draw(
        f'<section class="fd-panel"><h3>{esc(title)}</h3><p>{esc(sentence)}</p>{extra}{action}'
        "</section>"
    )


def not_linked(*, may_link: bool) -> None:
    """Draw the state of an organization without an Amazon account."""
    if may_link:
        panel(
            "No Amazon account is linked yet",
            "Link one and its advertisers appear here; the first figures follow within minutes.",
            step=Step("Link an Amazon account", "/accounts"),
        )
    else:
        panel(
            "No Amazon account is linked yet",
            "An owner or admin of your organization links one on the Accounts screen.",
        )


def no_advertisers() -> None:
    """Draw the state of linked accounts behind which no DSP advertiser was found yet."""
    panel(
        "No DSP advertiser was found yet",
        "Accounts are linked. What lies behind them is being looked up, or holds no DSP "
        "advertiser; the Accounts screen says which.",
        step=Step("See the accounts", "/accounts"),
    )


def nothing_chosen(*, may_choose: bool) -> None:
    """Draw the state of linked accounts of which no advertiser is kept."""
    sentence = "Accounts are linked, but no advertiser is kept yet, so there is nothing to fetch."
    step = Step("Choose advertisers", "/accounts") if may_choose else None
    panel("No advertiser is chosen", sentence, step=step)


def loading(what: str, marks: Sequence[Mark]) -> None:
    """Draw a first load under way: one mark a day, oldest first, with the count in words."""
    done = sum(mark is Mark.DONE for mark in marks)
    panel(
        f"{what} is on its way",
        f"{done} of {len(marks)} days are here. This page shows them as they arrive; "
        "you may leave and come back.",
        extra=day_marks(marks),
    )


def day_marks(marks: Sequence[Mark]) -> str:
    """Return progress by day as HTML; its text names the counts for those who do not see it."""
    done = sum(mark is Mark.DONE for mark in marks)
    bits = "".join(f'<i class="{mark}"></i>' for mark in marks)
    words = f"{done} of {len(marks)} days loaded"
    return f'<div class="fd-progress" role="img" aria-label="{words}" title="{words}">{bits}</div>'


def empty(sentence: str, *, step: Step | None = None) -> None:
    """Draw an answer without rows: which question had none, and how to widen it."""
    panel("Nothing to show", sentence, step=step)


def failed(sentence: str, *, reference: str, step: Step | None = None) -> None:
    """Draw a failure with its reference id, which the log carries too."""
    panel(
        "This could not be shown",
        sentence,
        step=step,
        extra=f'<small>Reference <code class="fd-id">{esc(reference)}</code></small>',
    )


def stale(sentence: str, *, step: Step | None = None) -> None:
    """Draw a notice above figures that are older than they should be."""
    notice("warn", sentence, step=step)


def partial(sentence: str, *, step: Step | None = None) -> None:
    """Draw a notice above figures of which a part is missing, naming the part."""
    notice("warn", sentence, step=step)


def notice(tone: str, sentence: str, *, step: Step | None = None) -> None:
    """Draw one sentence with an edge: tone is good, warn, bad, or "" for plain information."""
    edge = f" fd-{tone}-edge" if tone else ""
    action = link(step.path, step.words) if step else ""
    role = "alert" if tone == "bad" else "status"
    draw(f'<div class="fd-notice{edge}" role="{role}"><span>{esc(sentence)}</span>{action}</div>')
