"""Building a report: the rows of every advertiser, as the file holds them."""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from sandbox.beliefs import Beliefs
from sandbox.reports.asked import Asked
from sandbox.reports.attributes import Owner
from sandbox.reports.audience_rows import reach_rows
from sandbox.reports.cube import Cube
from sandbox.reports.frame import Frame
from sandbox.reports.other_rows import bid_rows, path_rows
from sandbox.reports.sponsored import sponsored_rows
from sandbox.reports.workbook import workbook
from sandbox.world.entities import Advertiser, Book
from sandbox.world.knowledge import LAG_HOURS, Knowledge, known_at, with_later_correction
from sandbox.world.reading import Reading, read
from sandbox.world.window import Window
from sandbox.world.world import SponsoredAccount, World

Row = dict[str, Any]
_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x04\xff"


@dataclass(frozen=True)
class Builder:
    """Builds reports from the world as it was known at an instant."""

    world: World
    beliefs: Beliefs
    at: datetime

    def rows(self, asked: Asked) -> list[Row]:
        """Return the rows of a report."""
        return [row for part in self.parts(asked) for row in part]

    def parts(self, asked: Asked) -> Iterator[list[Row]]:
        """Yield the rows advertiser by advertiser."""
        if asked.profile:
            account = self._sponsored_account(asked.profile)
            yield _picked(sponsored_rows(asked, account, self.at), asked)
            return
        for advertiser in self._advertisers(asked):
            yield self._of(advertiser, asked)

    def _of(self, advertiser: Advertiser, asked: Asked) -> list[Row]:
        frame = Frame(asked.columns)
        reading = self.reading(asked, advertiser)
        book = self.world.book(advertiser.advertiser_id)
        listed = _listed(asked, book, reading)
        if listed is None:
            Cube(asked, book, reading, Owner(advertiser, self.at), self.beliefs).add_to(frame)
        else:
            frame.append(listed)
        return frame.rows(ids_as_numbers=self.beliefs.ids == "number")

    def reading(self, asked: Asked, advertiser: Advertiser) -> Reading:
        """Return what is known of the report's days."""
        window = Window(advertiser.timezone, asked.start, asked.end)
        book = self.world.book(advertiser.advertiser_id)
        by_traffic = self.beliefs.conversions_by == "traffic"
        knowledge = self._knowledge(asked, advertiser, window)
        return read(book, window, knowledge, by_traffic=by_traffic)

    def _sponsored_account(self, profile: str) -> SponsoredAccount:
        accounts = self.world.sponsored.values()
        return next(account for account in accounts if str(account.profile_id) == profile)

    def _knowledge(self, asked: Asked, advertiser: Advertiser, window: Window) -> Knowledge:
        lag = LAG_HOURS[asked.kind.name]
        knowledge = known_at(advertiser, window, self.at, lag)
        if self.beliefs.late_restatement_day is None:
            return knowledge
        return with_later_correction(
            knowledge,
            window,
            self.at,
            self.beliefs.late_restatement_day,
            self.beliefs.late_restatement_size,
        )

    def _advertisers(self, asked: Asked) -> Iterable[Advertiser]:
        return (self.world.advertisers[i] for i in dict.fromkeys(asked.advertiser_ids))


def _listed(asked: Asked, book: Book, reading: Reading) -> Iterable[Row] | None:
    """Return the rows of the report types that are lists of their own, None for the others."""
    match asked.kind.name:
        case "dspReachFrequency":
            return reach_rows(asked, book, reading)
        case "dspBidAdjustment":
            return bid_rows(asked, reading)
        case "conversionPath":
            return path_rows(asked, reading)
    return None


def _picked(rows: Iterable[Row], asked: Asked) -> list[Row]:
    return [{name: row.get(name) for name in asked.columns} for row in rows]


class TooLarge(Exception):
    """The report would hold more rows than one may."""


def file_of(
    parts: Iterable[list[Row]], columns: tuple[str, ...], format_: str, rows_max: int
) -> bytes:
    """Return the file a report is delivered as: gzip of one JSON array or of CSV, or a workbook.

    Raises TooLarge as soon as there are more rows than `rows_max`.
    """
    counted = _counted(parts, rows_max)
    match format_:
        case "GZIP_JSON":
            return gzipped(_json(counted))
        case "XLSX":
            return workbook([row for part in counted for row in part], columns)
    return gzipped(_csv(counted, columns))


def gzipped(pieces: Iterable[bytes]) -> bytes:
    """Return gzip (RFC 1952) without a time stamp, the same bytes for the same content."""
    packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    checksum = length = 0
    packed = [_HEADER]
    for piece in pieces:
        checksum, length = zlib.crc32(piece, checksum), length + len(piece)
        packed.append(packer.compress(piece))
    tail = checksum.to_bytes(4, "little") + (length % 2**32).to_bytes(4, "little")
    return b"".join([*packed, packer.flush(), tail])


def _counted(parts: Iterable[list[Row]], rows_max: int) -> Iterator[list[Row]]:
    count = 0
    for part in parts:
        count += len(part)
        if count > rows_max:
            raise TooLarge
        yield part


def _json(parts: Iterable[list[Row]]) -> Iterator[bytes]:
    opening = b"["
    for part in parts:
        if part:
            yield opening + orjson.dumps(part)[1:-1]
            opening = b","
    yield b"]" if opening == b"," else b"[]"


def _csv(parts: Iterable[list[Row]], columns: tuple[str, ...]) -> Iterator[bytes]:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore")
    writer.writeheader()
    for part in parts:
        writer.writerows(part)
    yield text.getvalue().encode()
