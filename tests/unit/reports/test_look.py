"""A logo is made of shapes alone, and every PDF bears what the organization has kept."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from core.domain.ids import OrgId
from core.domain.scope import TenantScope
from core.errors import UserError
from core.lake.location import LakeRoot
from core.lake.shelf import Shelf
from core.reports.document import Document
from core.reports.logo import BYTES_MAX, logo_of
from core.reports.look import Look, keep_look, look_of
from core.reports.press import Press
from core.reports.typeset import ACCENT, Brand, pages_of, pdf_of
from tests.unit.insight.office import NOW

SQUARE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">'
    b'<rect width="40" height="20" fill="#0A6C94"/></svg>'
)


def svg(inside: str, head: str = "") -> bytes:
    """Return a file with something beside a square."""
    beside = f'{inside}<rect width="4" height="2"/>'
    name = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'{head}<svg {name} viewBox="0 0 4 2">{beside}</svg>'.encode()


def png(width: int, height: int) -> bytes:
    """Return a black PNG."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    rows = zlib.compress((b"\0" + b"\0" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", rows), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_shapes_stay_and_what_a_drawing_program_notes_for_itself_goes() -> None:
    drawn = svg(
        '<title>Acme &amp; Co</title><metadata><x/></metadata><i:view xmlns:i="http://i"><a/></i:view>'
        '<defs><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient></defs>'
        '<style>.a &gt; .b{fill:url( \'#g\' )}</style><use xlink:href="#g" i:label="Layer" '
        'xmlns:i="http://i"/>',
        '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/x.dtd">',
    )
    assert logo_of(drawn) == (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'viewBox="0 0 4 2"><defs><linearGradient id="g"><stop offset="0" stop-color="red"></stop>'
        "</linearGradient></defs><style>.a &gt; .b{fill:url( '#g' )}</style>"
        '<use xlink:href="#g"></use><rect width="4" height="2"></rect></svg>'
    )


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<foreignObject><p/></foreignObject>",
        '<image href="https://evil.example/x.png"/>',
        '<image href="file:///etc/passwd"/>',
        '<a href="javascript:alert(1)"><rect/></a>',
        '<use href="https://evil.example/x.svg#a"/>',
        '<use xlink:href="other.svg#a"/>',
        '<rect onload="alert(1)"/>',
        '<rect ONCLICK="alert(1)"/>',
        '<rect fill="url(https://evil.example/#a)"/>',
        "<rect style=\"fill:url( 'https://evil.example' )\"/>",
        '<style>@import "https://evil.example/x.css";</style>',
        "<style>.a{fill:u\\72l(https://evil.example)}</style>",
        "<style><script/></style>",
        '<animate attributeName="href" to="javascript:alert(1)"/>',
        '<set attributeName="fill" to="red"/>',
        "<text>Acme</text>",
    ],
)
def test_what_could_run_load_or_lead_anywhere_is_refused(hostile: str) -> None:
    with pytest.raises(UserError, match="made of shapes alone"):
        logo_of(svg(hostile))


def test_entities_and_endless_copies_are_refused() -> None:
    with pytest.raises(UserError, match="holds entities"):
        logo_of(svg("<desc>&a;</desc>", '<!DOCTYPE svg [<!ENTITY a "aaaa">]>'))
    with pytest.raises(UserError, match="holds entities"):
        logo_of(svg("", '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'))
    with pytest.raises(UserError, match="too many parts"):
        logo_of(svg('<use href="#a"/>' * 21))


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "no SVG or PNG"),
        (b"GIF89a", "no SVG or PNG"),
        (b"<html><body/></html>", "no SVG or PNG|made of shapes"),
        (b"<svg><rect/>", "does not say its size"),
        (b'<svg viewBox="0 0 9 1"/>', "at most 8 times"),
        (b'<svg viewBox="0 0 4 0"/>', "at most 8 times"),
        (SQUARE + b" " * BYTES_MAX, "at most 200 kB"),
        (png(40, 20)[:-20], "not whole"),
        (png(40, 20).replace(b"IHDR\0\0", b"IHDR\0\1"), "not whole"),
        (png(4_000, 1_001), "at most 4,000,000 pixels"),
        (png(90, 10), "at most 8 times"),
    ],
)
def test_what_is_no_logo_is_refused_with_a_sentence(raw: bytes, why: str) -> None:
    with pytest.raises(UserError, match=why):
        logo_of(raw)


def test_a_look_is_its_organizations_and_stands_in_the_stead_of_the_last(tmp_path: Path) -> None:
    root = LakeRoot(str(tmp_path / "lake"))
    acme, other = (Shelf(root, TenantScope.for_job(OrgId(name))) for name in ("acme", "other"))
    assert look_of(acme) == Look(ACCENT, "")
    for look in (Look("#112233", logo_of(SQUARE)), Look("#445566")):
        keep_look(acme, look, tmp_path / "scratch")
        assert (look_of(acme), look_of(other)) == (look, Look())
    with pytest.raises(UserError, match="written like #0A6C94"):
        keep_look(acme, Look("red; }"), tmp_path / "scratch")
    assert look_of(acme) == Look("#445566")


@pytest.mark.parametrize("has_cover", [True, False])
@pytest.mark.parametrize("raw", [SQUARE, png(40, 20)], ids=["svg", "png"])
def test_a_logo_stands_on_the_cover_and_above_a_page(
    press: Press, raw: bytes, has_cover: bool
) -> None:
    document = Document(
        kind="Weekly summary",
        subject="Lumen",
        period="1 – 7 Nov",
        freshness="Through 7 Nov",
        has_cover=has_cover,
    )
    [plain], [drawn] = (
        pages_of(document, Brand(name="Acme", logo=logo), press, NOW) for logo in ("", logo_of(raw))
    )
    assert plain != drawn


def test_a_logo_that_cannot_be_drawn_does_not_keep_a_report_from_going_out(press: Press) -> None:
    document = Document(
        kind="Weekly summary", subject="Lumen", period="1 – 7 Nov", freshness="Through 7 Nov"
    )
    without = pdf_of(document, Brand(name="Acme", logo="<svg"), press, NOW)
    assert without == pdf_of(document, Brand(name="Acme"), press, NOW)
