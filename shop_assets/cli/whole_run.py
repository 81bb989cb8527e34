"""One run of the job `everything`, as `shop run` makes it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from dagster import ExecuteInProcessResult

from shop_assets.cli.recorded_run import OnEvent, execute
from shop_assets.orchestration.asset_keys import CLICKHOUSE_RAW, KAFKA_TOPICS_LOADED, RAW_JSON
from shop_assets.orchestration.partitions import PARTITION_TAG
from shop_assets.settings import Settings

JOB = "everything"


def materialize_everything(
    settings: Settings,
    day: date,
    landing: Mapping[str, Any],
    run_id: str,
    on_event: OnEvent,
    *,
    replay: bool = False,
    accept_gap: bool = False,
) -> ExecuteInProcessResult:
    """Runs all assets for one day; `landing` goes to the four raw_*_json assets as their config.

    `replay` publishes every document again; `accept_gap` goes on behind messages that Kafka no longer has.
    `on_event` sees every event as it happens. A failed step makes an unsuccessful result, not an exception.
    """
    stages = {asset: dict(landing) for asset in RAW_JSON.values()}
    stages[KAFKA_TOPICS_LOADED] = {"mode": "replay" if replay else "incremental"}
    stages[CLICKHOUSE_RAW] = {"accept_missing_offsets": accept_gap}
    return execute(
        settings,
        JOB,
        on_event,
        run_id=run_id,
        tags={PARTITION_TAG: day.isoformat()},
        ops={stage.to_user_string(): {"config": config} for stage, config in stages.items()},
    )
