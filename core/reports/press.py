"""The press: a process of its own that draws charts and sets pages.

The libraries that do it take some 250 MB and run native code on names that others chose. So they
live in a child of the scheduler with an empty environment: it holds no key and no address, can be
ended when it hangs, and ends by itself when nobody has asked for ten minutes. Starting it takes
about a second and a half, a chart then some 30 ms and a page 20.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock, Timer
from typing import Any, BinaryIO

import orjson

from core.errors import Defect, Upstream

Spec = Mapping[str, Any]
LIMIT_SECONDS = 60.0
_ROOT = Path(__file__).resolve().parents[2]
_LENGTH = struct.Struct(">Q")


class Press:
    """Draws and sets, one piece at a time. Shared by threads; close it at the end."""

    def __init__(self, limit_seconds: float = LIMIT_SECONDS) -> None:
        self._limit = limit_seconds
        self._lock = Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def svg(self, spec: Spec) -> str:
        """Return a chart as SVG whose text is text. Raises as `pdf`."""
        return self._made({"make": "svg", "spec": spec}).decode()

    def png(self, spec: Spec, *, scale: float = 2.0) -> bytes:
        """Return a chart as PNG, `scale` pixels for each of its own. Raises as `pdf`."""
        return self._made({"make": "png", "spec": spec, "scale": scale})

    def pdf(self, template: str, told: Mapping[str, Any], *, made_at: int) -> bytes:
        """Return a document: a template of `core/reports/templates` and what it tells, as JSON.

        The same template, words and second (`made_at`, Unix time) give the same bytes. Raises
        Upstream when the press dies or takes over a minute, Defect when it refuses what it was
        given.
        """
        return self._made({"make": "pdf", "template": template, "told": told, "made_at": made_at})

    def pages(self, template: str, told: Mapping[str, Any], *, made_at: int) -> list[bytes]:
        """Return the same document as PNG, a page each, for people to look at."""
        wanted = {"make": "pages", "template": template, "told": told, "made_at": made_at}
        return unframed(self._made(wanted))

    def close(self) -> None:
        """End the child process."""
        with self._lock:
            self._end()

    def _made(self, wanted: Mapping[str, Any]) -> bytes:
        asked = orjson.dumps(wanted, option=orjson.OPT_SERIALIZE_NUMPY)
        with self._lock:
            child = self._running()
            guard = Timer(self._limit, child.kill)
            guard.start()
            try:
                answer = self._asked(child, asked)
            finally:
                guard.cancel()
        if answer is None:
            raise Upstream("The press stopped while it drew; it is started anew at the next try.")
        if answer[:1] != b"+":
            raise Defect(f"the press refused: {answer[1:].decode()}")
        return answer[1:]

    def _asked(self, child: subprocess.Popen[bytes], asked: bytes) -> bytes | None:
        assert child.stdin
        assert child.stdout
        try:
            write_frame(child.stdin, asked)
            answer = read_frame(child.stdout)
        except OSError:
            answer = None
        if answer is None:
            self._end()
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._end()
            self._child = subprocess.Popen(
                [sys.executable, "-m", "core.reports.press_room"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=_ROOT,
                env={"PATH": os.defpath, "LANG": "C.UTF-8"},
            )
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()
        child.wait()


def write_frame(stream: BinaryIO | Any, body: bytes) -> None:
    """Write a body after its length."""
    stream.write(_LENGTH.pack(len(body)))
    stream.write(body)
    stream.flush()


def read_frame(stream: BinaryIO | Any) -> bytes | None:
    """Return the next body; None when the other side is gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    body: bytes = stream.read(length)
    return body if len(body) == length else None


def framed(bodies: list[bytes]) -> bytes:
    """Return several bodies as one."""
    return b"".join(_LENGTH.pack(len(body)) + body for body in bodies)


def unframed(joined: bytes) -> list[bytes]:
    """Return the bodies that `framed` joined."""
    bodies, at = [], 0
    while at < len(joined):
        (length,) = _LENGTH.unpack_from(joined, at)
        at += _LENGTH.size
        bodies.append(joined[at : at + length])
        at += length
    return bodies
