"""How ClickHouse plans an INSERT into RAW."""

from shop_assets.warehouse.raw.raw_rows import MAXIMUM_BYTES
from shop_assets.warehouse.statements.statement_settings import FEW_BYTES, cleaning_settings


def test_only_an_insert_of_few_bytes_saves_planning_at_the_cost_of_memory() -> None:
    assert cleaning_settings(1) == cleaning_settings(FEW_BYTES) == {"query_plan_merge_expressions": 0}
    assert cleaning_settings(FEW_BYTES + 1) == cleaning_settings(MAXIMUM_BYTES) == {}
