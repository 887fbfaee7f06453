"""Asking an ASGI application in this process, over httpx's own transport."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx


def ask(
    app: Any,
    path: str,
    *,
    method: str = "GET",
    base: str = "http://localhost:8501",
    headers: Mapping[str, str] | None = None,
    cookies: Mapping[str, str] | None = None,
    content: bytes | None = None,
) -> httpx.Response:
    """Return the answer; redirects are not followed, and errors of the application are raised."""

    async def exchange() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=base, cookies=cookies) as client:
            return await client.request(method, path, headers=headers, content=content)

    # In a thread of its own: a browser that lives in this process has its loop in the main one.
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(lambda: asyncio.run(exchange())).result()
