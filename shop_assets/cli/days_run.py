"""One run of the job `daily_report` over a range of days, as `shop backfill` makes it."""

from dataclasses import dataclass
from datetime import date

from dagster import AssetKey, ExecuteInProcessResult

from shop_assets.automation.jobs import daily_report
from shop_assets.cli.recorded_run import OnEvent, execute
from shop_assets.features.matrix_metadata import COMPUTED
from shop_assets.orchestration.asset_keys import CUSTOMER_FEATURES_PARQUET, REPORT_CSV
from shop_assets.orchestration.partitions import RANGE_END_TAG, RANGE_START_TAG
from shop_assets.settings import Settings


@dataclass(frozen=True)
class DayRow:
    """What became of a day: its customers, when its features were computed, and its report."""

    day: str
    customers: int
    computed: str
    report: str


def materialize_days(
    settings: Settings, first: date, last: date, on_event: OnEvent, *, recompute: bool = False
) -> ExecuteInProcessResult:
    """Makes features and reports of the days from `first` to `last`; days whose inputs are as they were are kept.

    All days share a Spark session. A failed step makes an unsuccessful result, not an exception.
    """
    return execute(
        settings,
        daily_report.name,
        on_event,
        tags={RANGE_START_TAG: first.isoformat(), RANGE_END_TAG: last.isoformat()},
        ops={CUSTOMER_FEATURES_PARQUET.to_user_string(): {"config": {"recompute": recompute}}},
    )


def day_rows(result: ExecuteInProcessResult) -> list[DayRow]:
    """The days that have their report, in order."""
    found: dict[tuple[AssetKey, str], dict[str, object]] = {
        (event.asset_key, event.partition): {
            name: value.value for name, value in event.materialization.metadata.items()
        }
        for event in result.get_asset_materialization_events()
        if event.asset_key is not None and event.partition is not None
    }
    return [
        DayRow(
            day,
            int(str(metadata["rows_out"])),
            str(found[CUSTOMER_FEATURES_PARQUET, day][COMPUTED]),
            str(metadata["path"]).rpartition("/")[2],
        )
        for (asset, day), metadata in sorted(found.items())
        if asset == REPORT_CSV
    ]
