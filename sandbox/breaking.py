"""Breaking answers on purpose: delays, other answers, patched bodies, cut connections."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.answers import json_answer, request_headers
from sandbox.calls import Call
from sandbox.faults import Fault

_GLANCE_SECONDS = 0.05


class Outward:
    """The way out: notes the status and adds the headers that every answer carries."""

    def __init__(self, send: Send, call: Call) -> None:
        self._send, self._call = send, call

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._call.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in request_headers().items():
                headers.setdefault(name, value)
        await self._send(message)

    @property
    def is_gone(self) -> bool:
        """Return whether the other side has hung up."""
        return bool(getattr(getattr(self._send, "__self__", None), "disconnected", False))

    def cut_off(self, *, reset: bool) -> None:
        """End the connection in the middle of an answer, with a reset or a plain close."""
        cycle = getattr(self._send, "__self__", None)
        transport = getattr(cycle, "transport", None)
        if transport is None:
            return
        if not reset:
            transport.close()
            return
        opened: socket.socket | None = transport.get_extra_info("socket")
        if opened is not None:
            linger = struct.pack("ii", 1, 0)
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        transport.abort()


@dataclass
class Answer:
    """A captured answer."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""


async def captured(app: ASGIApp, scope: Scope, receive: Receive) -> Answer:
    """Return what the application answers, without sending it."""
    answer = Answer()

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status, answer.headers = message["status"], list(message.get("headers", []))
        else:
            answer.body += message.get("body", b"")

    await app(scope, receive, keep)
    return answer


async def delayed(faults: list[Fault], outward: Outward) -> None:
    """Wait as long as the faults say, by the machine's clock, or until the caller hangs up."""
    for fault in faults:
        wanted = fault.effects.get("delay_ms")
        if wanted is not None:
            low, high = wanted if isinstance(wanted, list) else (wanted, wanted)
            await _waited(random.uniform(low, high) / 1000, outward)
        if "hang_seconds" in fault.effects:
            await _waited(float(fault.effects["hang_seconds"]), outward)


async def _waited(seconds: float, outward: Outward) -> None:
    ends = asyncio.get_running_loop().time() + seconds
    while not outward.is_gone and (left := ends - asyncio.get_running_loop().time()) > 0:
        await asyncio.sleep(min(left, _GLANCE_SECONDS))


def answer_instead(faults: list[Fault]) -> Response | None:
    """Return the answer that a fault gives in place of the true one."""
    for fault in faults:
        answer = fault.effects.get("answer")
        if answer is not None:
            return _made(answer)
    return None


def _made(answer: dict[str, Any]) -> Response:
    status, headers = int(answer.get("status", 200)), dict(answer.get("headers", {}))
    if "json" in answer:
        return json_answer(answer["json"], status, headers=headers)
    kind = answer.get("content_type", "text/plain")
    return Response(answer.get("text", ""), status, headers, kind)


def patched(answer: Answer, faults: list[Fault]) -> Answer:
    """Return the true answer with some members of its JSON set or dropped."""
    for fault in faults:
        patch = fault.effects.get("patch")
        if patch:
            body = orjson.loads(answer.body)
            kept = {k: v for k, v in body.items() if k not in patch.get("drop", [])}
            answer.body = orjson.dumps({**kept, **patch.get("set", {})})
            answer.status = int(patch.get("status", answer.status))
    return answer


async def sent(answer: Answer, faults: list[Fault], outward: Outward) -> None:
    """Send an answer, cut or trickled as the faults say."""
    cut: dict[str, Any] = next((f.effects["cut"] for f in faults if "cut" in f.effects), {})
    whole = len(answer.body)
    body = _cut(answer.body, cut)
    is_short = bool(cut.get("short") or cut.get("reset"))
    length = whole if is_short else len(body)
    headers = [(k, v) for k, v in answer.headers if k.lower() != b"content-length"]
    headers.append((b"content-length", str(length).encode()))
    await outward({"type": "http.response.start", "status": answer.status, "headers": headers})
    await _trickled(body, cut, outward)
    if is_short:
        await asyncio.sleep(_GLANCE_SECONDS)
        outward.cut_off(reset=bool(cut.get("reset")))
        await asyncio.sleep(_GLANCE_SECONDS)
        return
    await outward({"type": "http.response.body", "body": b""})


def _cut(body: bytes, cut: dict[str, Any]) -> bytes:
    if "drop_last" in cut:
        return body[: -int(cut["drop_last"])]
    return body[: int(len(body) * float(cut.get("fraction", 1.0)))]


async def _trickled(body: bytes, cut: dict[str, Any], outward: Outward) -> None:
    pace = int(cut.get("bytes_per_second", 0))
    step = pace or max(len(body), 1)
    for start in range(0, len(body), step):
        piece = body[start : start + step]
        await outward({"type": "http.response.body", "body": piece, "more_body": True})
        if pace:
            await _waited(1.0, outward)
        if outward.is_gone:
            return
