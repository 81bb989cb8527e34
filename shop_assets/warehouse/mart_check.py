"""A check of MART from a function that measures it."""

from collections.abc import Callable
from typing import Final

from clickhouse_connect.driver.client import Client
from dagster import AssetCheckResult, AssetChecksDefinition

from shop_assets.orchestration.asset_keys import CLICKHOUSE_MART
from shop_assets.orchestration.masked_definitions import asset_check
from shop_assets.warehouse.resource import ClickHouseResource

SHOWN: Final = 10
"""How many rows of a query a check shows: enough to see what is wrong."""


def mart_check(
    name: str, description: str, measure: Callable[[Client], AssetCheckResult], *, blocking: bool = False
) -> AssetChecksDefinition:
    """A check that connects to ClickHouse and measures MART there."""

    @asset_check(asset=CLICKHOUSE_MART, name=name, description=description, blocking=blocking)
    def check(clickhouse: ClickHouseResource) -> AssetCheckResult:
        with clickhouse.client() as client:
            return measure(client)

    return check
