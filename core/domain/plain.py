"""Frozen values to and from JSON-safe ones: money as decimal strings, instants as ISO 8601.

A value that was written by an older version lacks the newer fields: they take their defaults.
One that was written by a newer version has fields we do not know: they are left aside.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from core.errors import Defect

T = TypeVar("T")
Plain = Any  # what json.dumps takes


def plain(value: object) -> Plain:
    """Return the JSON-safe form of a value made of dataclasses, tuples and plain scalars."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if value is None or isinstance(value, str | int):
        return value
    raise Defect(f"{type(value).__name__} has no JSON-safe form here")


def restored(kind: type[T], stored: Mapping[str, Plain]) -> T:
    """Return the dataclass that `plain` was given, from what `plain` returned.

    Raises Defect when a stored value cannot be what the field holds.
    """
    hints = _hints(cast(Any, kind))
    known = {name: _read(hints[name], stored[name]) for name in hints if name in stored}
    return kind(**known)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(hint: Any, value: Plain) -> Any:
    """Return `value` as the type that `hint` names."""
    if get_origin(hint) in (Union, types.UnionType):
        if value is None:
            return None
        hint = next(arm for arm in get_args(hint) if arm is not type(None))
    if get_origin(hint) is tuple:
        return tuple(_read(get_args(hint)[0], item) for item in value)
    if is_dataclass(hint) and isinstance(hint, type):
        return restored(hint, value)
    return _scalar(hint, value)


def _scalar(hint: Any, value: Plain) -> Any:
    try:
        if hint is datetime or hint is date:
            return hint.fromisoformat(value)
        return hint(value)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise Defect(f"a stored {hint.__name__} cannot be read: {value!r}") from error
