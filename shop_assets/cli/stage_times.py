"""How fresh the data is: when each stage last moved, and how old the newest purchase is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from dagster import AssetKey, DagsterInstance

from shop_assets.cli.running.runs import dagster_instance
from shop_assets.document_store.erased_customers import interrupted_numbers
from shop_assets.document_store.resource import mongo_resource
from shop_assets.errors import ShopError
from shop_assets.orchestration.asset_keys import ALL_ASSETS
from shop_assets.settings import Settings
from shop_assets.warehouse.resource import reader_resource
from shop_assets.warehouse.statements.queries import statement_of


@dataclass(frozen=True)
class StageTime:
    """When an asset was last materialized, in UTC, and for which day if it has days."""

    asset: str
    at: datetime
    day: str


@dataclass(frozen=True)
class Freshness:
    """The stages that ever ran, in the order of the flow, the moment of MART's newest purchase, if there is one, and
    the numbers of erasures that are not finished.
    """

    stages: Sequence[StageTime]
    newest_purchase: datetime | None
    unfinished_erasures: Sequence[str] = ()


def freshness(settings: Settings) -> Freshness:
    """Look at Dagster's records and at MART.

    Nothing is started, and nothing written but the empty folder of Dagster's records, if there is none yet.

    Args:
        settings: Of services that run.

    Returns:
        What is known: without a MART there is no newest purchase.
    """
    with dagster_instance(settings) as instance:
        stages = [found for key in ALL_ASSETS if (found := _last(instance, key)) is not None]
    return Freshness(stages, _newest_purchase(settings), _unfinished_erasures(settings))


def age(moment: datetime) -> str:
    """How long ago a moment was, as people say it: "5 min ago"."""
    minutes = int((datetime.now(UTC) - moment).total_seconds() // 60)
    for size, unit in ((24 * 60, "d"), (60, "h"), (1, "min")):
        if abs(minutes) >= size:
            return f"{minutes // size} {unit} ago" if minutes > 0 else f"in {-minutes // size} {unit}"
    return "now"


def _last(instance: DagsterInstance, key: AssetKey) -> StageTime | None:
    records = instance.fetch_materializations(key, limit=1).records
    if not records:
        return None
    at = datetime.fromtimestamp(records[0].timestamp, UTC)
    return StageTime(key.to_user_string(), at, records[0].partition_key or "")


def _newest_purchase(settings: Settings) -> datetime | None:
    try:
        with reader_resource(settings).client() as client:
            rows = client.query(statement_of("metadata/newest_purchase")).result_rows
    except ShopError:  # no MART yet, or ClickHouse is down, which the table of services shows
        return None
    return rows[0][0].replace(tzinfo=UTC) if rows and rows[0][0] is not None else None


def _unfinished_erasures(settings: Settings) -> list[str]:
    try:
        with mongo_resource(settings).connect() as database:
            return interrupted_numbers(database)
    except ShopError:  # MongoDB is down, which the table of services shows
        return []
