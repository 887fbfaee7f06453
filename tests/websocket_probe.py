"""Running a page over Streamlit's own socket, as a browser does, without a browser.

The quickest way to see what a visitor would be sent: every message of one run, as text. It speaks
Streamlit's protobufs, so it is pinned to the Streamlit that is installed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

_RUN_SECONDS = 30.0


@dataclass(frozen=True)
class Run:
    """What one run of the script sent: the text of every element, and the pages of the menu."""

    text: str
    pages: frozenset[str]


def run_page(
    address: str,
    path: str = "",
    *,
    cookies: Mapping[str, str] | None = None,
    query: str = "",
    origin: str | None = None,
) -> Run:
    """Open `path` as a visitor with these cookies and return what the first run sends."""
    with connect(**dialled(address, cookies or {}, origin)) as channel:
        channel.send(asking(path, query))
        return _collected(channel)


def dialled(address: str, cookies: Mapping[str, str], origin: str | None = None) -> dict[str, Any]:
    """Return what a WebSocket client is given to open a session as this visitor."""
    with httpx.Client(trust_env=False) as client:
        client.get(f"{address}/_stcore/health")
        xsrf = client.cookies["_streamlit_xsrf"]
    jar = {**cookies, "_streamlit_xsrf": xsrf}
    return {
        "uri": address.replace("http", "ws", 1) + "/_stcore/stream",
        "origin": Origin(origin or address),
        "additional_headers": {"Cookie": "; ".join(f"{k}={v}" for k, v in jar.items())},
        "subprotocols": [Subprotocol("streamlit"), Subprotocol(xsrf)],
        "max_size": None,
        "proxy": None,
    }


def asking(path: str, query: str) -> bytes:
    """Return the message that asks for a run of the script at an address."""
    message = BackMsg()
    message.rerun_script.query_string = query
    message.rerun_script.page_name = path
    return message.SerializeToString()


def is_end(raw: str | bytes) -> bool:
    """Return whether a message says that a run has ended."""
    message = ForwardMsg()
    message.ParseFromString(raw if isinstance(raw, bytes) else raw.encode())
    return message.WhichOneof("type") == "script_finished"


def _collected(channel: object) -> Run:
    texts, pages = [], set()
    while True:
        raw = channel.recv(timeout=_RUN_SECONDS)  # type: ignore[attr-defined]
        message = ForwardMsg()
        message.ParseFromString(raw)
        kind = message.WhichOneof("type")
        if kind == "delta":
            texts.append(str(message.delta))
        elif kind == "navigation":
            pages = {page.url_pathname for page in message.navigation.app_pages}
        elif kind == "script_finished":
            return Run("\n".join(texts), frozenset(pages))
