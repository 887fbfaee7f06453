"""One file out of the parts that a large report comes in.

Each part is a gzip file of a JSON array. Their brackets are what stands between them and one array;
the rows in between are passed on as they are, a piece at a time.
"""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from core.errors import BadReport, Upstream

_PIECE = 1 << 20
_AROUND = b" \t\r\n"


def join(parts: Sequence[Path], target: Path) -> int:
    """Return the size of the file now at `target`: one array of the rows of all parts, in order.

    Raises Upstream for a part that is cut off or damaged, BadReport for one that is no array.
    """
    partial = target.with_name(f"{target.name}.part")
    try:
        with partial.open("wb") as raw:
            with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=1, mtime=0) as packed:
                for piece in _array(parts):
                    packed.write(piece)
            raw.flush()
            os.fsync(raw.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return target.stat().st_size


def _array(parts: Iterable[Path]) -> Iterator[bytes]:
    yield b"["
    is_first = True
    for part in parts:
        for number, piece in enumerate(_inside(_opened(part))):
            if number == 0 and not is_first:
                yield b","
            is_first = False
            yield piece
    yield b"]"


def _inside(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what stands between an array's brackets; nothing for an empty one."""
    start = next(pieces, b"").lstrip(_AROUND)
    if not start.startswith(b"["):
        raise BadReport("format", "a part of the report is not an array of rows")
    held = start[1:]
    for piece in pieces:
        # The closing bracket may be in the last piece or before blanks: keep the end in hand.
        whole = held + piece
        keep = len(whole.rstrip(_AROUND)) - 1
        if keep > 0 and whole[:keep].strip(_AROUND):
            yield whole[:keep]
            whole = whole[keep:]
        held = whole
    end = held.rstrip(_AROUND)
    if not end.endswith(b"]"):
        raise BadReport("format", "a part of the report does not end as an array")
    if rest := end[:-1].strip(_AROUND):
        yield rest


def _opened(part: Path) -> Iterator[bytes]:
    """Yield a part's content in pieces that are never empty."""
    try:
        with gzip.open(part, "rb") as file:
            while piece := file.read(_PIECE):
                yield piece
    except (EOFError, OSError, zlib.error) as error:
        raise Upstream(f"A part of the report is damaged ({error}); it is fetched again.") from None
