"""What people watched and heard around video and audio ads. Titles are invented."""

from __future__ import annotations

import numpy as np

from sandbox.world.chance import Counts, Hashes, key
from sandbox.world.cuts import Cells, Rows
from sandbox.world.lines import Lines

# inventory, supply source, genre, rating, title, type, weight
_CONTENT: tuple[tuple[str, str, str | None, str | None, str | None, str, int], ...] = (
    ("STREAMING_TV", "Prime Video", "Drama", "TV-14", "The Quiet Harbor", "Series", 26),
    ("STREAMING_TV", "Prime Video", "Comedy", "PG-13", "Two Left Boots", "Movie", 20),
    ("STREAMING_TV", "Prime Video", "Sports", None, "Thursday Kickoff", "Live event", 14),
    ("STREAMING_TV", "Fire TV Channels", "Documentary", "TV-PG", "Rivers of Ice", "Series", 24),
    ("STREAMING_TV", "Publisher direct", None, None, None, "Unknown", 16),
    ("ONLINE_VIDEO", "Amazon Publisher Direct", "News", None, "Morning brief", "Clip", 40),
    ("ONLINE_VIDEO", "Twitch", "Games", "TV-14", "Late night speedruns", "Live stream", 35),
    ("ONLINE_VIDEO", "Google AdX", None, None, None, "Unknown", 25),
    ("AUDIO", "Amazon Music", "Pop", None, "Commute mix", "Playlist", 60),
    ("AUDIO", "Podcast network", "Society", None, "The Long Walk", "Podcast", 40),
)


def content_cells(lines: Lines) -> Cells:
    """Return supply source × content; line items that are neither video nor audio fall nowhere."""
    labels: tuple[dict[str, str | None], ...] = tuple(
        {
            "supplySource": source,
            "supplySourceId": str(key("supply", source) % 90_000 + 10_000),
            "contentGenre": genre,
            "contentRating": rating,
            "contentTitle": title,
            "contentType": kind,
        }
        for _, source, genre, rating, title, kind, _ in _CONTENT
    )
    weights = np.array(
        [[row[6] * float(row[0] == line.mix.inventory) for row in _CONTENT] for line in lines.lines]
    ).reshape(len(lines.lines), len(_CONTENT))
    shares = weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-12)
    return Cells(labels, shares, shares, shares, np.ones(len(_CONTENT)))


class MediaRows:
    """Rows in which whatever is neither video nor audio counts for nothing."""

    def __init__(self, rows: Rows, lines: Lines) -> None:
        self._rows = rows
        self.row_line: Counts = rows.row_line
        self.keys: Hashes = rows.keys
        self.numbers: Counts = rows.numbers
        media = lines.of_mix("is_video") + lines.of_mix("is_audio")
        self._plays = media[rows.row_line].astype(np.int64)[:, None]

    def atom(self, name: str) -> Counts:
        """Return an atom of shape (rows, days)."""
        return self._rows.atom(name) * self._plays
