"""A value that must never be seen: what tokens, keys and passwords travel as."""

from __future__ import annotations

from hmac import compare_digest
from typing import NoReturn, final


@final
class Secret:
    """Text that shows itself as `<secret>` everywhere but in `reveal()`.

    Printing, formatting, pickling, copying and `dataclasses.asdict` never bring the text
    out: the first three show `<secret>`, the others raise TypeError. Equality takes the
    same time wherever two texts differ. It has no hash, so it is no key of a cache.
    """

    __slots__ = ("_text",)
    __hash__ = None  # type: ignore[assignment]  # a secret is no dictionary key

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            raise TypeError("a secret is made of text")
        self._text = text

    def reveal(self) -> str:
        """Return the text; the only way to it."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return compare_digest(self._text.encode(), other._text.encode())

    def __repr__(self) -> str:
        return "<secret>"

    def __format__(self, spec: str) -> str:
        return format("<secret>", spec)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is neither pickled nor copied")
