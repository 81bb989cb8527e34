"""The checks of landing: enough stores, products and purchases, and a customer registered in every store.

None of them blocks: a small folder is valid, and its size is reported. A check that cannot count raises, so that it
neither passes nor fails.
"""

from collections.abc import Callable, Mapping
from typing import Final

from dagster import AssetCheckResult, AssetChecksDefinition, AssetCheckSeverity, MetadataValue

from shop_assets.documents.kinds import CUSTOMERS, DocumentKind
from shop_assets.landing.inventory.contents import count_inventory, stores_without_customers
from shop_assets.language.counts import counted
from shop_assets.object_store.bucket import Bucket
from shop_assets.object_store.resource import ObjectStoreResource
from shop_assets.orchestration import check_texts
from shop_assets.orchestration.asset_keys import EVERY_STORE_HAS_A_CUSTOMER, RAW_JSON, count_check
from shop_assets.orchestration.expected_counts import ExpectedCount, expected_counts
from shop_assets.orchestration.masked_definitions import asset_check
from shop_assets.settings import Settings, variable

_SHOWN_IDS: Final = 10

Measure = Callable[[Bucket], AssetCheckResult]


def build_checks(settings: Settings) -> list[AssetChecksDefinition]:
    """Build the checks of landing.

    Args:
        settings: The expected counts.

    Returns:
        Three checks of counts, and one of references.
    """
    return [
        *map(_count_check, expected_counts(settings)),
        _build(
            CUSTOMERS,
            EVERY_STORE_HAS_A_CUSTOMER,
            "Every store in landing is the `purchase_location` of at least one customer in landing.",
            every_store_has_a_customer,
        ),
    ]


def _count_check(expected: ExpectedCount) -> AssetChecksDefinition:
    kind = expected.kind
    return _build(
        kind,
        count_check(kind),
        f"Landing holds {expected.described} {kind.name} with different ids; {variable(expected.setting)} changes the "
        "number.",
        lambda bucket: check_document_count(bucket, expected),
    )


def check_document_count(bucket: Bucket, expected: ExpectedCount) -> AssetCheckResult:
    """Pass if landing has as many different ids of the kind as expected."""
    kind, setting = expected.kind, variable(expected.setting)
    counts = count_inventory(bucket, kind)
    return _result(
        passed=expected.is_met(counts.distinct_ids),
        counted=counts.distinct_ids,
        expected=f"{expected.limit}" if expected.is_exact else expected.described,
        text=check_texts.expected_count(counts.distinct_ids, expected),
        advice=f"Deliver the missing {kind.name}, look at `unreadable` and `without_id`, or set {setting}.",
        more={"unreadable": MetadataValue.json(counts.faults), "without_id": counts.without_id},
    )


def every_store_has_a_customer(bucket: Bucket) -> AssetCheckResult:
    """Pass if a customer in landing registered in every store in landing."""
    store_ids = stores_without_customers(bucket)
    return _result(
        passed=not store_ids,
        counted=len(store_ids),
        expected="0 stores without a customer",
        text=counted(len(store_ids), "store without a customer", "stores without a customer"),
        advice="Deliver their customers, or correct `purchase_location.store_id` of the customers there.",
        more={"store_ids": MetadataValue.json(store_ids[:_SHOWN_IDS])},
    )


def _result(
    *, passed: bool, counted: int, expected: str, text: str, advice: str, more: Mapping[str, MetadataValue | int]
) -> AssetCheckResult:
    metadata: dict[str, MetadataValue | int | str] = {"counted": counted, "expected": expected, **more}
    if not passed:
        metadata["what_to_do"] = advice
    return AssetCheckResult(
        passed=passed,
        severity=AssetCheckSeverity.ERROR,
        description=text,
        metadata=metadata,
    )


def _build(kind: DocumentKind, name: str, description: str, measure: Measure) -> AssetChecksDefinition:
    @asset_check(asset=RAW_JSON[kind], name=name, description=description)
    def check(object_store: ObjectStoreResource) -> AssetCheckResult:
        return measure(object_store.landing())

    return check
