"""Case 40: names are data; they look like themselves in HTML and in Markdown."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.web.parts.markup import esc, link, literal, named, status

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "'><b>",
    "[x](javascript:alert(1))",
    "$x^2$",
    ":red[x]",
    ":material/home:",
    "**bold** _em_ `code` ~~gone~~",
    "# heading",
    "1. list",
    "&lt;b&gt;",
    "%%",
    "\\*",
]


class _Read(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert all(name in {"class", "href"} for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def _read(html: str) -> _Read:
    reader = _Read()
    reader.feed(html)
    reader.close()
    return reader


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_one_span_that_reads_like_the_name(name: str) -> None:
    read = _read(named(name))
    assert read.tags == ["span"]
    assert read.text == name


@given(some.text())
def test_any_text_survives_escaping_but_for_control_bytes(text: str) -> None:
    read = _read(f"<p>{esc(text)}</p>")
    assert read.tags == ["p"]
    shown = "".join(c for c in text if c in "\t\n\r" or not (ord(c) < 32 or ord(c) == 127))
    assert read.text.replace("\r\n", "\n").replace("\r", "\n") == shown.replace(
        "\r\n", "\n"
    ).replace("\r", "\n")


def test_an_attribute_cannot_be_left() -> None:
    read = _read(link('/x" onclick="alert(1)', "go"))
    assert read.tags == ["a"]


def test_a_status_always_has_its_word() -> None:
    assert "Needs you" in _read(status("bad", "Needs you")).text


@pytest.mark.parametrize("name", HOSTILE)
def test_markdown_that_could_act_is_escaped(name: str) -> None:
    escaped = literal(name)
    for place, letter in enumerate(escaped):
        if letter in "*_`~[]()<>$:#!|":
            backslashes = 0
            while place - backslashes - 1 >= 0 and escaped[place - backslashes - 1] == "\\":
                backslashes += 1
            assert backslashes % 2 == 1, f"{letter} stands free in {escaped}"


def test_lines_of_a_label_become_one() -> None:
    assert literal("one\n\n    two") == "one two"
