"""A file before it is parsed."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from core.errors import BadReport, Upstream
from core.lake.opening import Beginning, Format, beginning, pieces, verified_size


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "file"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 5_000_000])
def test_the_pieces_of_a_gzip_file_are_its_content_however_large(tmp_path: Path, size: int) -> None:
    content = (b"0123456789" * (size // 10 + 1))[:size]
    path = written(tmp_path, gzip.compress(content))
    read = list(pieces(path))
    assert b"".join(read) == content
    assert max(map(len, read), default=0) <= 1 << 20
    assert verified_size(path, size) == size


def test_a_plain_file_and_one_of_several_members_are_read_whole(tmp_path: Path) -> None:
    assert b"".join(pieces(written(tmp_path, b"[1]"))) == b"[1]"
    members = gzip.compress(b"one ") + gzip.compress(b"two")
    assert b"".join(pieces(written(tmp_path, members))) == b"one two"


@pytest.mark.parametrize("lost", [1, 4, 8, 9, 20])
def test_a_gzip_file_that_lost_its_end_is_upstreams_fault(tmp_path: Path, lost: int) -> None:
    content = gzip.compress(json.dumps(list(range(1000))).encode())
    with pytest.raises(Upstream):
        verified_size(written(tmp_path, content[:-lost]), 10**9)


def test_counting_stops_at_the_limit(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(b"x" * 3_000_000))
    with pytest.raises(BadReport, match="more than 2,999,999 bytes"):
        verified_size(path, 2_999_999)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[]", Beginning((), True)),
        (" [ ] ", Beginning((), True)),
        ("\ufeff[]", Beginning((), True)),
        ('[{"a":1,"b":null}]', Beginning(("a", "b"), False)),
        ('[{"a":1}, {"c":2}\n,{"a":3}]', Beginning(("a", "c"), False)),
        ('[{"a":"],}{"}]', Beginning(("a",), False)),
    ],
)
def test_the_names_of_the_first_rows_are_told_in_order(
    tmp_path: Path, text: str, expected: Beginning
) -> None:
    assert beginning(written(tmp_path, text.encode()), Format.JSON) == expected


def test_names_are_told_though_the_sample_ends_inside_a_row(tmp_path: Path) -> None:
    rows = [{"name": "x" * 300_000, "number": n} for n in range(10)]
    found = beginning(written(tmp_path, gzip.compress(json.dumps(rows).encode())), Format.JSON)
    assert found == Beginning(("name", "number"), False)


@pytest.mark.parametrize(
    "text", ["", "{}", "null", "<html>", "[1]", '["a"]', "[[]]", "[{", '[{"a":[1]}]', "[x]"]
)
def test_what_is_no_array_of_flat_rows_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadReport):
        beginning(written(tmp_path, text.encode()), Format.JSON)


def test_a_table_begins_with_its_names(tmp_path: Path) -> None:
    table = written(tmp_path, b'\xef\xbb\xbf"a","b, c",d\n1,2,3\n')
    assert beginning(table, Format.CSV) == Beginning(("a", "b, c", "d"), False)
    assert beginning(written(tmp_path, b"a,b\n"), Format.CSV) == Beginning(("a", "b"), True)
    with pytest.raises(BadReport, match="no line of column names"):
        beginning(written(tmp_path, b""), Format.CSV)
