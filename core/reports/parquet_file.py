"""Parquet: every type kept exactly, the meanings of columns beside their names."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from core.reports.about import About
from core.reports.tabular import Progress, Tabular, schema_of


def write_parquet(tabular: Tabular, about: About, path: Path, progress: Progress) -> int:
    """Write the rows as Zstandard-compressed Parquet and return how many there are.

    What the file says of itself is in the schema's metadata, under `flightdeck.<term>`.
    """
    told = {f"flightdeck.{term}": text for term, text in about.facts}
    schema = schema_of(tabular.columns).with_metadata(told)
    count = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as file:
        for batch in tabular.batches:
            file.write_batch(batch.replace_schema_metadata(told))
            count += batch.num_rows
            progress(count)
    return count
