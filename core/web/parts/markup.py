"""Small pieces of HTML. Whatever is not ours (names, texts of Amazon) passes `esc` or `literal`.

Streamlit sanitizes HTML in the browser as well; these functions are the first of the two locks,
and the one that keeps a name looking exactly like itself.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from html import escape
from pathlib import Path

import streamlit as st

_LOOK = Path(__file__).resolve().parent.parent / "look.css"
_ICON = Path(__file__).resolve().parents[3] / "pages" / "static" / "icon.svg"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|$~:&^=\"'])")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def esc(text: object) -> str:
    """Return `text` as HTML that shows it literally, quotes included; control bytes dropped."""
    return escape(_CONTROL.sub("", str(text)), quote=True)


def literal(text: object) -> str:
    """Return `text` as Markdown that shows it literally: no emphasis, link, math, colour or HTML.

    For labels, captions and help of Streamlit's widgets, and the options of a segmented control,
    which read Markdown; the options of a selectbox or multiselect do not. Line breaks become
    spaces.
    """
    flat = " ".join(_CONTROL.sub("", str(text)).split())
    return _MARKDOWN.sub(r"\\\1", flat)


def named(text: object) -> str:
    """Return a name as HTML, isolated so that its direction and its length disturb nothing."""
    return f'<span class="fd-literal">{esc(text)}</span>'


def status(tone: str, word: str) -> str:
    """Return a status as HTML: a mark whose shape differs by tone (good, warn, bad, ""), a word."""
    return f'<span class="fd-status {esc(tone)}">{esc(word)}</span>'


def link(path: str, words: str, *, style: str = "") -> str:
    """Return a link inside the product as HTML, opened in the same tab.

    `style` is "" for a text link, "button" or "primary" for one that acts.
    """
    css = {"": "", "button": ' class="fd-button"', "primary": ' class="fd-button fd-primary"'}
    return f'<a href="{esc(path)}"{css[style]}>{esc(words)}</a>'


def facts(*pairs: tuple[str, str]) -> str:
    """Return terms with what is known of each, as HTML; the second of a pair is HTML already."""
    body = "".join(f"<div><dt>{esc(term)}</dt><dd>{told}</dd></div>" for term, told in pairs)
    return f'<dl class="fd-facts">{body}</dl>'


def draw(html: str) -> None:
    """Draw HTML made of the functions above, inside the scope that the stylesheet reaches."""
    st.html(f'<div class="fd">{html}</div>')


def wear_the_look(title: str) -> None:
    """Set the window's title, icon and layout, and bring the stylesheet; once a run, by the shell.

    After the navigation, which would set them too. Its pages have no icon of their own:
    Streamlit would fetch it as the window's from a host of Google's.
    """
    st.set_page_config(page_title=f"{title} · Flightdeck", page_icon=icon_address(), layout="wide")
    st.html(_LOOK)


@cache
def icon_address() -> str:
    """Return the icon as a data address: as a file Streamlit would publish it under /media."""
    return f"data:image/svg+xml;base64,{b64encode(_ICON.read_bytes()).decode()}"
