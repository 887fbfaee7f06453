"""Reading parsed answers at the border: what is missing or of another shape is said, once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from core.errors import Upstream

Record = Mapping[str, Any]


def record(parsed: object, what: str) -> Record:
    """Return `parsed` as an object. Raises Upstream naming `what` when it is none."""
    if not isinstance(parsed, dict):
        raise Upstream(f"Amazon's answer about {what} has another shape than documented.")
    return parsed


def records(parsed: object, what: str) -> list[Record]:
    """Return `parsed` as a list of objects, empty for null. Raises Upstream otherwise."""
    if parsed is None:
        return []
    if not isinstance(parsed, list):
        raise Upstream(f"Amazon's answer about {what} has another shape than documented.")
    return [record(item, what) for item in parsed]


def text(source: Record, key: str) -> str:
    """Return the value as text, "" when absent; an id arrives as a number or as text."""
    value = source.get(key)
    return "" if value is None else str(value)


def maybe(source: Record, key: str) -> str | None:
    """Return the value as text, None when absent or empty."""
    return text(source, key) or None


def id_text(source: Record, key: str, what: str) -> str:
    """Return an id as text: exact whether it came as a number or as text.

    Raises Upstream when it is absent: a thing without an id cannot be kept.
    """
    value = source.get(key)
    if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
        raise Upstream(f"Amazon's answer about {what} lacks {key}.")
    return str(value)


def instant(source: Record, key: str) -> datetime | None:
    """Return an ISO instant as an aware one, None when it is absent, unreadable or has no zone."""
    try:
        moment = datetime.fromisoformat(text(source, key))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def inner(source: Record, *keys: str) -> Record:
    """Return the object down the path of `keys`, an empty one where it breaks off."""
    for key in keys:
        value = source.get(key)
        if not isinstance(value, dict):
            return {}
        source = value
    return source


def texts(source: Record, key: str) -> tuple[str, ...]:
    """Return a list of texts, empty when absent."""
    value = source.get(key)
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def chunked(items: tuple[str, ...], size: int) -> Iterator[tuple[str, ...]]:
    """Yield `items` in order, at most `size` at a time."""
    return (items[i : i + size] for i in range(0, len(items), size))
