"""One run of the job `everything`, as `shop run` makes it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from dagster import ExecuteInProcessResult

from shop_assets.cli.recorded_run import OnEvent, execute
from shop_assets.documents.kinds import KINDS
from shop_assets.features.partitions import PARTITION_TAG
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
    stages = {f"raw_{kind.name}_json": dict(landing) for kind in KINDS}
    stages["kafka_topics_loaded"] = {"mode": "replay" if replay else "incremental"}
    stages["clickhouse_raw"] = {"accept_missing_offsets": accept_gap}
    return execute(
        settings,
        JOB,
        on_event,
        run_id=run_id,
        tags={PARTITION_TAG: day.isoformat()},
        ops={stage: {"config": config} for stage, config in stages.items()},
    )
