"""What the pages of all screens have in common: their head, and what stands in the way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from core.domain.catalogue import metric
from core.insight.audience import Audience, Group
from core.insight.desk import Desk
from core.insight.history import history
from core.reports.document import Document, Section, remark
from core.reports.kinds.material import Setting, setting, written

_DELIVERED = (metric("total_cost"), metric("impressions"))


def framed(
    name: str,
    desk: Desk,
    whom: Audience,
    sections: Callable[[Setting], Iterable[Section]],
    *,
    is_quiet: Callable[[Setting], bool] | None = None,
    **more: Any,
) -> Document:
    """Return the document of a screen without a cover: its sections, or why there are none.

    `is_quiet` says whether it has nothing to tell; without it, whether nothing was delivered.
    """
    given = setting(desk, whom)
    lack = lacking(given)
    shown = [Section(title=name, blocks=(remark(lack),))] if lack else sections(given)
    is_empty = bool(lack) or (is_quiet or is_undelivered)(given)
    return written(name, given, shown, has_cover=False, is_empty=is_empty, **more)


def lacking(given: Setting) -> str:
    """Return why nothing can be shown, in the words of the screens; "" when something can."""
    if not given.audience.advertisers:
        if given.view.advertisers or given.view.orders:
            return "None of the chosen advertisers or orders is known."
        return "No advertiser is chosen yet, so there is nothing to show."
    if given.told.line is None and given.view.as_of:
        return "Nothing had been loaded by then."
    if given.told.line is None:
        return "No data has been loaded yet: the figures follow with the first reports."
    return ""


def is_undelivered(given: Setting) -> bool:
    """Return whether nothing was delivered in the days shown."""
    return not any(_has_figures(given, group) for group in given.groups)


def _has_figures(given: Setting, group: Group) -> bool:
    found = history(given.desk, group, given.audience.days, _DELIVERED)
    return any(found.figure(entry).value for entry in _DELIVERED)


def titled(title: str, given: Setting, group: Group) -> str:
    """Return a heading that names the currency where there are several."""
    return f"{title}, {group.currency}" if len(given.groups) > 1 else title


def dates(group: Group) -> str:
    """Return the days shown of a group, and those they are compared with."""
    compared = f", compared with {group.compared}" if group.compared else ""
    return f"{group.shown}{compared}"


def listed(title: str, sentences: Iterable[str]) -> Iterator[Section]:
    """Yield a section of sentences, nothing without any."""
    told = tuple(remark(sentence) for sentence in sentences)
    if told:
        yield Section(title=title, blocks=told)
