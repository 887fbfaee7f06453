"""All measure columns by name."""

from __future__ import annotations

from sandbox.reports.conversion_columns import (
    device_columns,
    halo_columns,
    off_amazon_columns,
    purchase_columns,
    retail_columns,
    streaming_columns,
)
from sandbox.reports.measures import Columns, delivery_columns, fee_columns, media_columns

MEASURES: Columns = {
    **delivery_columns(),
    **fee_columns(),
    **media_columns(),
    **retail_columns(),
    **purchase_columns(),
    **halo_columns(),
    **off_amazon_columns(),
    **streaming_columns(),
    **device_columns(),
}
