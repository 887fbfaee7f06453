"""The page as it is: the figures of a screen's view, without a cover."""

from __future__ import annotations

from core.reports.document import Document
from core.reports.kinds.material import Material, written
from core.reports.kinds.weekly import sections


def page(given: Material) -> Document:
    """Return the document of a page."""
    name = given.view.screen.value.capitalize()
    return written(name, given, sections(given), has_cover=False)
