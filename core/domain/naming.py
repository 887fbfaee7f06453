"""Naming conventions: patterns by which tags are read from names.

    {brand}_{market}_*          LUMEN_US_Prospecting_26Q4   brand LUMEN, market US
    * | {brand} | {quarter}     Video | Lumen | Q4          brand Lumen, quarter Q4

A pattern is text that stands in the name, `{tag}` for a part that becomes a tag, and `*` for
anything. A part ends where what follows it first begins, so that a name is read in one way only and
in one pass, whatever it holds. Case does not matter in the text between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.errors import UserError

PATTERN_MAX = 200
TAGS_MAX = 8
VALUE_MAX = 80
_PIECE = re.compile(r"\{([^{}]*)\}|(\*)|([^{}*]+)|(.)", re.S)
_TAG = re.compile(r"[a-z][a-z0-9 _-]{0,29}")


@dataclass(frozen=True, slots=True)
class Text:
    """Text that stands in the name."""

    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the name: a tag by its name, or anything (None)."""

    tag: str | None


Step = Text | Part


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that was read: texts and parts by turns."""

    steps: tuple[Step, ...]

    @property
    def tags(self) -> tuple[str, ...]:
        """Return the names of its tags, in order."""
        return tuple(s.tag for s in self.steps if isinstance(s, Part) and s.tag is not None)

    def read(self, name: str) -> Mapping[str, str] | None:
        """Return the value of each tag in a name, None for a name that does not follow it."""
        folded = _folded(name)
        found: dict[str, str] = {}
        place = 0
        for number, step in enumerate(self.steps):
            if isinstance(step, Text):
                if not folded.startswith(_folded(step.text), place):
                    return None
                place += len(step.text)
                continue
            end = self._end(folded, place, number + 1)
            if end is None:
                return None
            if step.tag is not None:
                value = " ".join(name[place:end].split())
                if not value or len(value) > VALUE_MAX:
                    return None
                found[step.tag] = value
            place = end
        return found if place == len(name) else None

    def _end(self, folded: str, place: int, following: int) -> int | None:
        """Return where a part ends: at the text after it, which at the end stands last."""
        if following == len(self.steps):
            return len(folded)
        after = self.steps[following]
        assert isinstance(after, Text)
        text = _folded(after.text)
        if following == len(self.steps) - 1:
            end = len(folded) - len(text)
            return end if end >= place and folded.endswith(text) else None
        end = folded.find(text, place)
        return None if end < 0 else end


def read_pattern(text: str) -> Pattern:
    """Return a pattern. Raises UserError with a sentence that says what is wrong with it."""
    if not text.strip() or len(text) > PATTERN_MAX:
        raise UserError(f"A pattern holds 1 to {PATTERN_MAX} characters, such as {{brand}}_*.")
    pattern = Pattern(tuple(_steps(text.strip())))
    tags = pattern.tags
    if not tags:
        raise UserError("A pattern names at least one tag in braces, such as {brand}.")
    if len(tags) > TAGS_MAX or len(set(tags)) < len(tags):
        raise UserError(f"A pattern names up to {TAGS_MAX} tags, each once.")
    for first, second in zip(pattern.steps, pattern.steps[1:], strict=False):
        if isinstance(first, Part) and isinstance(second, Part):
            raise UserError("Between two parts there must be text, or nobody knows where one ends.")
    return pattern


def _steps(text: str) -> Iterator[Step]:
    for tag, anything, between, stray in _PIECE.findall(text):
        if stray or (not tag and not anything and not between):
            raise UserError("Braces hold the name of a tag: {brand}.")
        if anything:
            yield Part(None)
        elif between:
            yield Text(between)
        else:
            name = " ".join(tag.lower().split())
            if not _TAG.fullmatch(name):
                raise UserError(f"“{tag[:30]}” is no name of a tag: begin with a letter.")
            yield Part(name)


def _folded(text: str) -> str:
    """Return text for comparing, letter by letter as long as it was."""
    return "".join(low if len(low := c.lower()) == 1 else c for c in text)
