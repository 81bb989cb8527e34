"""Asset checks of the matrix: columns, values and rows, before anything uses it, and its copy in ClickHouse.

The verifications are in `verification`. They block, because a report of a wrong matrix would be wrong. Only the
comparison with the days before warns: a day may be unusual and correct.
"""

import time
from collections.abc import Callable
from datetime import date

from dagster import AssetCheckExecutionContext, AssetCheckResult, AssetChecksDefinition, AssetCheckSeverity

from shop_assets.document_store.erased_customers import ErasedCustomers
from shop_assets.document_store.resource import MongoResource
from shop_assets.features import verification
from shop_assets.features.checked_days import check_result, checked_days
from shop_assets.features.delivered_fields import build_delivery_check
from shop_assets.features.manifest import PublicationManifest
from shop_assets.features.verification import VerificationResult
from shop_assets.object_store.bucket import Bucket
from shop_assets.object_store.resource import ObjectStoreResource
from shop_assets.orchestration.asset_keys import (
    CLICKHOUSE_CUSTOMER_FEATURES,
    CUSTOMER_FEATURES_PARQUET,
    FEATURE_SHARES_ARE_STABLE,
    FEATURES_ARE_CONSISTENT,
    FEATURES_ARE_ZERO_OR_ONE,
    FEATURES_HAVE_EXPECTED_COLUMNS,
    FEATURES_HAVE_ONE_ROW_PER_CUSTOMER,
    WAREHOUSE_EQUALS_PARTITION,
)
from shop_assets.orchestration.check_texts import percent
from shop_assets.orchestration.masked_definitions import asset_check
from shop_assets.personal_data.resource import PersonalDataResource
from shop_assets.settings import Settings, variable
from shop_assets.warehouse.resource import ClickHouseResource

OTHER_RUN_SECONDS = 60.0
"""Another run that publishes the day checks its files before it loads them: this takes less."""


def build_checks(settings: Settings) -> list[AssetChecksDefinition]:
    """The checks of the stage, with the limits that the settings give."""
    return [
        _partition_check(
            FEATURES_HAVE_EXPECTED_COLUMNS,
            "The published Parquet files have customer_id and the features, in their order, as text and integers.",
            verification.columns,
        ),
        _partition_check(
            FEATURES_ARE_ZERO_OR_ONE,
            "Every feature of every customer is 0 or 1, and none is missing.",
            verification.values,
        ),
        features_have_one_row_per_customer,
        _partition_check(
            FEATURES_ARE_CONSISTENT,
            "No customer has two features that exclude each other, such as no_purchases and one that needs a purchase.",
            verification.contradictions,
        ),
        warehouse_equals_partition,
        _feature_shares_are_stable(settings.maximum_feature_jump),
        build_delivery_check(settings.minimum_delivered_share),
    ]


def _partition_check(
    name: str, description: str, verify: Callable[[Bucket, PublicationManifest], VerificationResult]
) -> AssetChecksDefinition:
    """A blocking check of the published files alone."""

    @asset_check(asset=CUSTOMER_FEATURES_PARQUET, name=name, description=description, blocking=True)
    def check(context: AssetCheckExecutionContext, object_store: ObjectStoreResource) -> AssetCheckResult:
        bucket = object_store.features()
        return check_result(
            checked_days(context, CUSTOMER_FEATURES_PARQUET),
            lambda day: verify(bucket, PublicationManifest.require(bucket, day)),
        )

    return check


@asset_check(asset=CUSTOMER_FEATURES_PARQUET, name=FEATURES_HAVE_ONE_ROW_PER_CUSTOMER, blocking=True)
def features_have_one_row_per_customer(
    context: AssetCheckExecutionContext,
    object_store: ObjectStoreResource,
    mongo: MongoResource,
    pii: PersonalDataResource,
    clickhouse: ClickHouseResource,
) -> AssetCheckResult:
    """Every customer registered by the end of the day has one row, and no other rows exist.

    Rows of customers who were erased after the day was published are counted, but are not a failure: publishing the day
    again removes them.
    """
    bucket = object_store.features()
    with clickhouse.client() as client, mongo.connect() as database:
        erased = ErasedCustomers.load(database, pii.cipher())

        def verify(day: date) -> VerificationResult:
            manifest = PublicationManifest.require(bucket, day)
            return verification.customers(client, bucket, manifest, erased.erased_since)

        return check_result(checked_days(context, CUSTOMER_FEATURES_PARQUET), verify)


@asset_check(asset=CLICKHOUSE_CUSTOMER_FEATURES, name=WAREHOUSE_EQUALS_PARTITION, blocking=True)
def warehouse_equals_partition(
    context: AssetCheckExecutionContext, object_store: ObjectStoreResource, clickhouse: ClickHouseResource
) -> AssetCheckResult:
    """mart.customer_features has exactly the published rows of the day, with the same number of ones per feature."""
    bucket = object_store.features()
    with clickhouse.client() as client:

        def verify(day: date) -> VerificationResult:
            return wait_for_other_load(lambda: verification.warehouse(client, PublicationManifest.require(bucket, day)))

        return check_result(checked_days(context, CLICKHOUSE_CUSTOMER_FEATURES), verify)


def wait_for_other_load(verify: Callable[[], VerificationResult]) -> VerificationResult:
    """Verify again while the rows are of another publication: another run has published, and loads next.

    Args:
        verify: Compares the table with the newest publication.

    Returns:
        The last result.
    """
    deadline = time.monotonic() + OTHER_RUN_SECONDS
    while (finding := verify()).numbers[verification.OF_ANOTHER_PUBLICATION] and time.monotonic() < deadline:
        time.sleep(1)
    return finding


def _feature_shares_are_stable(largest_jump: float) -> AssetChecksDefinition:
    @asset_check(
        asset=CLICKHOUSE_CUSTOMER_FEATURES,
        name=FEATURE_SHARES_ARE_STABLE,
        description=f"Each feature's share of ones is within {percent(largest_jump)} of its mean on the 14 days "
        f"before; {variable('maximum_feature_jump')} changes the limit.",
    )
    def check(
        context: AssetCheckExecutionContext, object_store: ObjectStoreResource, clickhouse: ClickHouseResource
    ) -> AssetCheckResult:
        bucket = object_store.features()
        with clickhouse.client() as client:

            def verify(day: date) -> VerificationResult:
                return verification.usual_shares(client, PublicationManifest.require(bucket, day), largest_jump)

            return check_result(checked_days(context, CLICKHOUSE_CUSTOMER_FEATURES), verify, AssetCheckSeverity.WARN)

    return check
