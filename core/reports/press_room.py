"""`python -m core.reports.press_room`: the child of `core.reports.press`.

Reads what to make from standard input, writes it to standard output, and ends when its parent
does or when nobody has asked for ten minutes. Nothing is fetched from anywhere.
"""

from __future__ import annotations

import select
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import typst
import vl_convert

from core.reports.press import framed, read_frame, write_frame

IDLE_SECONDS = 600.0
_HERE = Path(__file__).resolve().parent
_FONTS = _HERE / "fonts"
_TEMPLATES = _HERE / "templates"
_ELSEWHERE: list[str] = []  # addresses a chart may fetch data from
_PAGE_PPI = 110.0

Wanted = Mapping[str, Any]


def main() -> int:
    """Serve until the parent is gone or silent; return the exit code."""
    vl_convert.register_font_directory(str(_FONTS))
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while select.select([source], [], [], IDLE_SECONDS)[0]:
        asked = read_frame(source)
        if asked is None:
            break
        write_frame(sink, _answered(orjson.loads(asked)))
    return 0


def _answered(wanted: Wanted) -> bytes:
    try:
        return b"+" + _MAKERS[wanted["make"]](wanted)
    except (ValueError, RuntimeError) as refusal:  # what both libraries raise
        return b"-" + str(refusal)[:2_000].encode()


def _svg(wanted: Wanted) -> bytes:
    drawn: str = vl_convert.vegalite_to_svg(wanted["spec"], allowed_base_urls=_ELSEWHERE)
    return drawn.encode()


def _png(wanted: Wanted) -> bytes:
    drawn: bytes = vl_convert.vegalite_to_png(
        wanted["spec"], scale=wanted["scale"], allowed_base_urls=_ELSEWHERE
    )
    return drawn


def _pdf(wanted: Wanted) -> bytes:
    made = _set(wanted, format="pdf", timestamp=wanted["made_at"])
    return made if isinstance(made, bytes) else made[0]


def _pages(wanted: Wanted) -> bytes:
    made = _set(wanted, format="png", ppi=_PAGE_PPI)
    return framed([made] if isinstance(made, bytes) else made)


def _set(wanted: Wanted, **how: Any) -> bytes | list[bytes]:
    made = _compiler().compile(
        str(_TEMPLATES / wanted["template"]),
        sys_inputs={"told": orjson.dumps(wanted["told"]).decode()},
        **how,
    )
    assert made is not None
    return made


@cache
def _compiler() -> typst.Compiler:
    # The fonts of the machine stand in for scripts that ours lack.
    return typst.Compiler(root=str(_HERE), font_paths=[str(_FONTS)])


_MAKERS: Mapping[str, Callable[[Wanted], bytes]] = {
    "svg": _svg,
    "png": _png,
    "pdf": _pdf,
    "pages": _pages,
}


if __name__ == "__main__":
    raise SystemExit(main())
