"""Frozen values to and from JSON-safe ones: money as decimal strings, instants as ISO 8601.

A value that was written by an older version lacks the newer fields: they take their defaults.
One that was written by a newer version has fields we do not know: they are left aside.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache, partial
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
    readers = _readers(cast(Any, kind)).items()
    return kind(**{name: read(stored[name]) for name, read in readers if name in stored})


_Read = Callable[[Plain], Any]


@cache
def _readers(kind: Any) -> dict[str, _Read]:
    """Return what reads each field of a dataclass: made out once, since thousands are restored."""
    return {name: _reader(hint) for name, hint in get_type_hints(kind).items()}


def _reader(hint: Any) -> _Read:
    """Return what reads a stored value as the type that `hint` names."""
    if get_origin(hint) in (Union, types.UnionType):
        read = _reader(next(arm for arm in get_args(hint) if arm is not type(None)))
        return lambda value: None if value is None else read(value)
    if get_origin(hint) is tuple:
        read = _reader(get_args(hint)[0])
        return lambda value: tuple(map(read, value))
    if is_dataclass(hint) and isinstance(hint, type):
        return partial(restored, hint)
    return str if hint is str else partial(_scalar, hint)


def _scalar(hint: Any, value: Plain) -> Any:
    try:
        if hint is datetime or hint is date:
            return hint.fromisoformat(value)
        return hint(value)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise Defect(f"a stored {hint.__name__} cannot be read: {value!r}") from error
