"""What happens to a video or an audio ad once it is served: a chain in which each step is a part
of the step before."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sandbox.world.chance import Counts, Floats
from sandbox.world.lines import Lines

_STARTED = 0.985


def _lost(part: float) -> Callable[[Floats], Floats]:
    """Return the share still playing when a part of the viewers who leave have left."""
    return lambda completion: _STARTED * (1 - (1 - completion) * part)


def _of_starts(rate: float) -> Callable[[Floats], Floats]:
    return lambda completion: np.full_like(completion, _STARTED * rate)


# Steps as shares of the impressions, given the completion rate of the line item.
STEPS: dict[str, Callable[[Floats], Floats]] = {
    "impressions": _of_starts(1 / _STARTED),
    "start": _of_starts(1.0),
    "first": _lost(0.45),
    "midpoint": _lost(0.72),
    "third": _lost(0.88),
    "complete": _lost(1.0),
    "pause": _of_starts(0.006),
    "resume": _of_starts(0.005),
    "mute": _of_starts(0.021),
    "unmute": _of_starts(0.008),
    "replay": _of_starts(0.002),
    "back": _of_starts(0.003),
    "forward": _of_starts(0.001),
    "skip": _of_starts(0.004),
    "progress": _lost(0.6),
    "companion": _of_starts(0.55),
    "interactive": _of_starts(0.04),
}


def played(lines: Lines, impressions: Counts, clicked: Counts, name: str) -> Counts:
    """Return a step such as video.start or audio.clicks of each leaf and day."""
    kind, _, step = name.partition(".")
    medium = "is_video" if kind == "video" else "is_audio"
    plays = lines.of_mix(medium)[lines.leaf_line][:, None]
    if step == "clicks":
        return np.floor(clicked * plays).astype(np.int64)
    completion = lines.of_mix("completion")
    share = STEPS[step](completion)[lines.leaf_line][:, None]
    reached: Counts = np.floor(impressions * share * plays + 1e-9).astype(np.int64)
    return reached
