"""How ClickHouse plans an INSERT into RAW."""

from shop_assets.warehouse.raw.raw_rows import MAXIMUM_BYTES
from shop_assets.warehouse.statements.statement_settings import FEW_BYTES, cleaning_settings


def test_what_the_ingestion_inserts_at_once_saves_planning_and_more_saves_memory() -> None:
    assert MAXIMUM_BYTES <= FEW_BYTES
    assert cleaning_settings(1) == cleaning_settings(FEW_BYTES) == {"query_plan_merge_expressions": 0}
    assert cleaning_settings(FEW_BYTES + 1) == {}
