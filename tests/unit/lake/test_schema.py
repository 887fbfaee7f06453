"""The tables of the lake, and the layouts that fill them."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest
from deltalake import Schema

from core.domain.metrics import Dataset
from core.errors import Defect
from core.lake.layout import Layout, Role, WireColumn
from core.lake.schema import TABLES, arrow_schema, core_measures, in_order, listed, quoted


@pytest.mark.parametrize("dataset", Dataset)
def test_every_dataset_has_a_table_that_delta_can_keep(dataset: Dataset) -> None:
    table = TABLES[dataset]
    measures = core_measures(dataset)
    assert measures
    for columns in (table.columns(measures), table.revision_columns(measures)):
        names = [column.name for column in columns]
        assert len(set(names)) == len(names)
        assert set(table.identity) < set(names)
        kept = Schema.from_arrow(arrow_schema(columns)).to_arrow()
        assert pa.schema(kept).names == [*names, "month"]


def test_ids_are_text_counts_are_whole_and_money_is_exact() -> None:
    columns = TABLES[Dataset.CAMPAIGN].columns(("impressions", "total_cost"))
    types = {column.name: column.field.type for column in columns}
    assert types["order_id"] == pa.string()
    assert types["day"] == pa.date32()
    assert types["impressions"] == pa.int64()
    assert types["total_cost"] == pa.decimal128(18, 6)
    assert types["valid_from"] == pa.timestamp("us", "UTC")


def test_keys_are_never_null_and_measures_may_be() -> None:
    columns = TABLES[Dataset.GEO].columns(("clicks",))
    assert [column.name for column in columns if column.nullable] == ["clicks"]


def test_measures_stand_in_the_order_of_the_glossary_whatever_order_they_come_in() -> None:
    given = ["sales", "impressions", "clicks", "not_a_metric", "ctr"]
    assert in_order(Dataset.CAMPAIGN, given) == ("impressions", "clicks", "sales")


def test_names_are_quoted_as_identifiers() -> None:
    assert quoted('a"b') == '"a""b"'
    assert listed(["a", "b"], "t.") == 't."a", t."b"'


KEYS = tuple(WireColumn(key, key, Role.KEY) for key in TABLES[Dataset.CAMPAIGN].identity)


def layout(*columns: WireColumn, **constants: str | date) -> Layout:
    return Layout(Dataset.CAMPAIGN, (*KEYS, *columns), constants)


def test_a_layout_tells_its_columns_apart_by_what_they_are_for() -> None:
    found = layout(
        WireColumn("totalSales", "total_sales", Role.MEASURE),
        WireColumn("impressions", "impressions", Role.MEASURE),
        WireColumn("clickThroughRate", "ctr", Role.REPORTED),
        WireColumn("orderName", "order_name", Role.ATTRIBUTE),
    )
    assert found.measures == ("impressions", "total_sales")
    assert found.ratios == ("ctr",)
    assert found.attributes == ("order_name",)
    assert found.wire_of("total_sales") == "totalSales"


@pytest.mark.parametrize(
    "column",
    [
        WireColumn("reach", "reach", Role.MEASURE),
        WireColumn("ctr", "ctr", Role.MEASURE),
        WireColumn("clicks", "clicks", Role.REPORTED),
        WireColumn("clicks", "clicks", Role.ATTRIBUTE),
        WireColumn("site", "site", Role.KEY),
        WireColumn("DAY", "clicks", Role.MEASURE),
    ],
)
def test_a_layout_that_makes_no_sense_is_a_defect(column: WireColumn) -> None:
    with pytest.raises(Defect):
        layout(column)


def test_a_layout_without_a_key_is_a_defect_unless_it_is_a_constant() -> None:
    short = tuple(key for key in KEYS if key.key != "creative_id")
    with pytest.raises(Defect, match="creative_id"):
        Layout(Dataset.CAMPAIGN, short)
    assert Layout(Dataset.CAMPAIGN, short, {"creative_id": "all"}).keys == (
        *("advertiser_id", "day", "order_id", "line_item_id"),
    )
