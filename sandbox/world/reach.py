"""People, not events: reach and frequency, which never add up.

Exposures of a line item follow a negative binomial over its audience, so frequency has the long
tail that published examples show (six in ten people see an ad once). Audiences of different line
items overlap at random within the advertiser's population, so that the reach of a group lies
between its largest part and the sum of its parts.
"""

from __future__ import annotations

import numpy as np

from sandbox.world.chance import Counts, Floats
from sandbox.world.entities import Book
from sandbox.world.lines import Lines

_SHAPE = 0.62
_HOUSEHOLD = 0.71
_OVERLAP = 0.45


def population(book: Book) -> float:
    """Return how many people all of the advertiser's line items together can reach."""
    sizes = Lines(book.advertiser, book.orders).audience_size
    return float(max(sizes.sum() * _OVERLAP, sizes.max(initial=1.0)))


def reached(impressions: Counts, audience: Floats) -> Floats:
    """Return the people who saw at least one impression, given the audience's size."""
    mean = impressions / audience
    return audience * (1 - (1 + mean / _SHAPE) ** -_SHAPE)


def united(parts: Floats, people: float) -> Floats:
    """Return the reach of several line items together; parts are (line items, cells)."""
    missed = np.prod(1 - np.minimum(parts / people, 1.0), axis=0)
    union: Floats = people * (1 - missed)
    return union


def households(reach: Floats) -> Floats:
    """Return the households behind the people."""
    return np.maximum(np.floor(reach * _HOUSEHOLD), (reach > 0).astype(np.float64))
