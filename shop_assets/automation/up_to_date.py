"""Whether a day needs no run: its features, their copy in ClickHouse and its CSV are there, from the MART as it is."""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import date
from threading import Thread
from typing import Final, TypeVar

from dagster import AssetKey, AssetRecordsFilter, DagsterInstance, DailyPartitionsDefinition

from shop_assets.features import publication
from shop_assets.features.daily_matrix import inputs_of
from shop_assets.features.manifest import PublicationManifest
from shop_assets.features.metadata import PUBLICATION_ID
from shop_assets.object_store.bucket import Bucket
from shop_assets.object_store.resource import ObjectStoreResource
from shop_assets.orchestration.asset_keys import CLICKHOUSE_CUSTOMER_FEATURES, REPORT_CSV
from shop_assets.orchestration.partitions import days_before
from shop_assets.report.csv_report import ReportNotFoundError, list_reports, report_key
from shop_assets.warehouse.resource import ClickHouseResource

Result = TypeVar("Result")

DERIVED_ASSETS: Final = (CLICKHOUSE_CUSTOMER_FEATURES, REPORT_CSV)

REPORT_TIMEOUT_SECONDS: Final = 25.0
LANDING_TIMEOUT_SECONDS: Final = 50.0
"""How long one evaluation may take. A tick has 60 s: the daemon repeats one that takes longer indefinitely, and reports
nothing. The report's schedule has two evaluations; the sensor of landing has one, a request per 1,000 objects."""

MOST_MISSING_DAYS: Final = 14


def with_timeout(evaluation: Callable[[], Result], seconds: float) -> Result:
    """The result of an evaluation; raises TimeoutError if a service hangs.

    Each request has its own limit, but together they can take minutes. After a timeout the evaluation keeps running in
    its thread until these limits end it.
    """
    result: Future[Result] = Future()

    def run() -> None:
        try:
            result.set_result(evaluation())
        except Exception as error:  # noqa: BLE001  # raised where the result is awaited
            result.set_exception(error)

    Thread(target=run, name="evaluation", daemon=True).start()
    return result.result(seconds)


def days_without_report(reports: Bucket, partitions: DailyPartitionsDefinition, day: date) -> list[date]:
    """The days before a day that should have a report and have none, the newest first.

    No daemon ran when they were due, the schedule leaves them out, or their run failed. Dagster itself repeats only the
    last of the ticks that a daemon missed. Days before the first report need none.
    """
    try:
        published = {report.day for report in list_reports(reports)}
    except ReportNotFoundError:
        return []
    due = (earlier for earlier in days_before(partitions, day, MOST_MISSING_DAYS) if earlier > min(published))
    return [earlier for earlier in due if earlier not in published]


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
