"""Whether a day needs no run: its features, their copy in ClickHouse and its CSV are there, from the MART as it is."""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import date, timedelta
from threading import Thread
from typing import Final, TypeVar

from dagster import AssetKey, AssetRecordsFilter, DagsterInstance

from shop_assets.features import publication
from shop_assets.features.daily_matrix import inputs_of
from shop_assets.features.manifest import PublicationManifest
from shop_assets.features.matrix_metadata import PUBLICATION_ID
from shop_assets.object_store.bucket import Bucket
from shop_assets.object_store.resource import ObjectStoreResource
from shop_assets.orchestration.asset_keys import CLICKHOUSE_CUSTOMER_FEATURES, REPORT_CSV
from shop_assets.report.csv_report import ReportNotFoundError, list_reports, report_key
from shop_assets.warehouse.resource import ClickHouseResource

Result = TypeVar("Result")

DERIVED_ASSETS: Final = (CLICKHOUSE_CUSTOMER_FEATURES, REPORT_CSV)

EVALUATION_TIMEOUT_SECONDS: Final = 25.0
"""A tick has 60 s: the daemon repeats one that takes longer indefinitely, and reports nothing."""


MOST_MISSED_DAYS: Final = 14


def with_timeout(evaluation: Callable[[], Result]) -> Result:
    """The result of an evaluation; raises TimeoutError if a service hangs.

    The limit is `EVALUATION_TIMEOUT_SECONDS`. Each request has its own limit, but together they can take minutes. After
    a timeout the evaluation keeps running in its thread until these limits end it.
    """
    result: Future[Result] = Future()

    def run() -> None:
        try:
            result.set_result(evaluation())
        except Exception as error:  # noqa: BLE001  # raised where the result is awaited
            result.set_exception(error)

    Thread(target=run, name="evaluation", daemon=True).start()
    return result.result(EVALUATION_TIMEOUT_SECONDS)


def missed_days(reports: Bucket, day: date) -> list[date]:
    """The days without a report between the newest one before a day and that day: no daemon ran when they were due.

    Dagster repeats only the last of the ticks that a daemon missed. Days before the first report are not missed.
    """
    try:
        newest = max((report.day for report in list_reports(reports) if report.day < day), default=day)
    except ReportNotFoundError:
        return []
    first = max(newest + timedelta(days=1), day - timedelta(days=MOST_MISSED_DAYS))
    return [first + timedelta(days=number) for number in range((day - first).days)]


def is_up_to_date(
    instance: DagsterInstance,
    object_store: ObjectStoreResource,
    clickhouse: ClickHouseResource,
    day: date,
    timezone: str,
) -> bool:
    """Whether a run of the day would change nothing. Costs a scan of the MART in ClickHouse, and no Spark."""
    features = object_store.features()
    manifest = PublicationManifest.read(features, day)
    if manifest is None or not publication.is_complete(features, manifest):
        return False
    with clickhouse.client() as client:
        if manifest.inputs != inputs_of(client, day, timezone):
            return False
    return object_store.reports().exists(report_key(day)) and all(
        _publication(instance, asset, day) == manifest.publication_id for asset in DERIVED_ASSETS
    )


def _publication(instance: DagsterInstance, asset: AssetKey, day: date) -> object:
    """The publication that the newest materialization of the day was built from."""
    wanted = AssetRecordsFilter(asset, asset_partitions=[day.isoformat()])
    for record in instance.fetch_materializations(wanted, limit=1).records:
        materialization = record.asset_materialization
        if materialization is not None and PUBLICATION_ID in materialization.metadata:
            return materialization.metadata[PUBLICATION_ID].value
    return None
