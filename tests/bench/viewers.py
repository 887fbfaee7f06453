"""`python -m tests.bench.viewers`: many people at one web process, each changing filters.

Reads where and as whom from standard input, opens one session a viewer over Streamlit's own socket,
changes the days every few seconds for a bounded time, and prints how long each change took.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Mapping
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from tests.websocket_probe import asking, dialled, is_end

RANGES = ("7d", "14d", "30d", "mtd", "90d")
RUN_SECONDS = 60.0


async def _run(channel: ClientConnection, query: str) -> float:
    began = time.perf_counter()
    await channel.send(asking("", query))
    async with asyncio.timeout(RUN_SECONDS):
        while not is_end(await channel.recv()):
            pass
    return (time.perf_counter() - began) * 1000


async def _view(number: int, given: Mapping[str, Any], taken: list[float]) -> None:
    """Open a session, then change the days every `every` seconds until the time is over."""
    every, viewers = given["every"], given["viewers"]
    ends = time.monotonic() + given["seconds"]
    await asyncio.sleep(every * number / viewers)
    async with connect(**given["dialled"]) as channel:
        await _run(channel, "")
        turn = number
        while time.monotonic() + every < ends:
            await asyncio.sleep(every)
            turn += 1
            advertisers = given["advertisers"]
            whose = advertisers[number % len(advertisers)]
            taken.append(await _run(channel, f"v=1&range={RANGES[turn % len(RANGES)]}&adv={whose}"))


async def _everybody(given: Mapping[str, Any]) -> list[float]:
    taken: list[float] = []
    async with asyncio.TaskGroup() as group:
        for number in range(given["viewers"]):
            group.create_task(_view(number, given, taken))
    return taken


def main() -> int:
    """Run what standard input asks for; print the milliseconds as a JSON list."""
    given = json.load(sys.stdin)
    given["dialled"] = dialled(given["address"], given["cookies"])
    sys.stdout.write(json.dumps(asyncio.run(_everybody(given))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
