"""Exact amounts as whole millionths, and back, without a float in between."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

SCALE = 6
MICRO = 10**SCALE


def decimals(micros: np.ndarray, precision: int) -> pa.Array:
    """Return int64 millionths as an Arrow decimal128(precision, 6) of the same length.

    An Arrow decimal is a little-endian 128-bit integer: the millionths, their sign spread over
    the upper half (Arrow columnar format, "Fixed-size primitive layout").
    """
    low = np.ascontiguousarray(micros, dtype="<i8")
    wide = np.empty((len(low), 2), dtype="<i8")
    wide[:, 0] = low
    wide[:, 1] = low >> 63
    return pa.Array.from_buffers(
        pa.decimal128(precision, SCALE), len(low), [None, pa.py_buffer(wide)]
    )


def micros(column: pa.ChunkedArray | pa.Array) -> np.ndarray:
    """Return a decimal128 column of scale 6 as int64 millionths; absent ones are 0.

    The amounts must fit 64 bits: nine trillion of a currency.
    """
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    filled = whole.fill_null(0)
    words = np.frombuffer(filled.buffers()[1], dtype="<i8").reshape(-1, 2)
    low: np.ndarray = words[filled.offset : filled.offset + len(filled), 0]
    return low
