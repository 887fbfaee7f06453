"""Paying beforehand: what the first visitor would otherwise wait for."""

from __future__ import annotations

import pyarrow as pa
from streamlit.dataframe_util import convert_anything_to_arrow_bytes

from core.reports.charts import shapes
from core.web.streamlit_internals import run_script_once


async def warm_up() -> None:
    """Load the libraries that draw, build every chart's shape, and run the shell for nobody."""
    for as_rate in (True, False):
        shapes.lines(as_rate=as_rate)
        shapes.bars(as_rate=as_rate)
    convert_anything_to_arrow_bytes(pa.table({"warm": [1]}))  # brings pandas in
    await run_script_once()
