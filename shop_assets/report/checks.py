"""The asset checks of the report: it equals the partition, and a spreadsheet opens it safely."""

from dagster import AssetCheckExecutionContext, AssetCheckResult, AssetChecksDefinition, AssetCheckSeverity

from shop_assets.features.checked_days import check_result, checked_days
from shop_assets.features.manifest import PublicationManifest
from shop_assets.object_store.resource import ObjectStoreResource
from shop_assets.orchestration.asset_keys import NO_ID_IS_A_FORMULA, REPORT_CSV, REPORT_EQUALS_PARTITION
from shop_assets.orchestration.masked_definitions import asset_check
from shop_assets.report import verification
from shop_assets.settings import Settings


def build_checks(settings: Settings) -> list[AssetChecksDefinition]:  # noqa: ARG001  # every stage is called alike
    """Build the checks of the stage.

    Args:
        settings: Unused; every stage is built from settings.

    Returns:
        The two checks.
    """
    return [report_equals_partition, no_id_is_a_formula]


@asset_check(asset=REPORT_CSV, name=REPORT_EQUALS_PARTITION)
def report_equals_partition(context: AssetCheckExecutionContext, object_store: ObjectStoreResource) -> AssetCheckResult:
    """The CSV, read again from its bucket, has the columns, rows and values of the published partition, in order."""
    features, reports = object_store.features(), object_store.reports()
    return check_result(
        checked_days(context, REPORT_CSV),
        lambda day: verification.report_equals_partition(features, reports, PublicationManifest.require(features, day)),
    )


@asset_check(asset=REPORT_CSV, name=NO_ID_IS_A_FORMULA)
def no_id_is_a_formula(context: AssetCheckExecutionContext, object_store: ObjectStoreResource) -> AssetCheckResult:
    """No customer's id starts with = + - or @, which a spreadsheet would compute. Ids are written unchanged."""
    reports = object_store.reports()
    return check_result(
        checked_days(context, REPORT_CSV), lambda day: verification.no_formulas(reports, day), AssetCheckSeverity.WARN
    )
