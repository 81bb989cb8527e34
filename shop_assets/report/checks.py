"""The asset check of the report."""

from dagster import AssetCheckExecutionContext, AssetCheckResult, AssetChecksDefinition, asset_check

from shop_assets.features.checked_days import check_result, checked_days
from shop_assets.features.manifest import Manifest
from shop_assets.landing.resource import ObjectStoreResource
from shop_assets.report import verification
from shop_assets.settings import Settings

REPORT = "report_csv"


def build_checks(settings: Settings) -> list[AssetChecksDefinition]:  # noqa: ARG001  # every stage is called alike
    """The check of the stage; no setting changes what it holds the report against."""
    return [report_equals_partition]


@asset_check(asset=REPORT)
def report_equals_partition(context: AssetCheckExecutionContext, object_store: ObjectStoreResource) -> AssetCheckResult:
    """The CSV, read again from its bucket, has the columns, rows and values of the published partition, in order."""
    features, reports = object_store.features(), object_store.reports()
    return check_result(
        checked_days(context, REPORT),
        lambda day: verification.report_equals_partition(features, reports, Manifest.require(features, day)),
    )
