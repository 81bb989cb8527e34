"""What RAW and MART are held against; the questions are in `sql/quality/`, shared with the dashboards.

Counts and copies fail without blocking: MART is right all the same, and a person is told. What would publish a wrong
report blocks. A question that ClickHouse cannot answer raises, so that the check is neither passed nor failed.
"""

from collections.abc import Callable
from typing import Final

from clickhouse_connect.driver.client import Client
from dagster import AssetCheckResult, AssetChecksDefinition, AssetCheckSeverity, AssetKey, asset_check

from shop_assets.asset_metadata import sample_table
from shop_assets.documents.kinds import KINDS, PRODUCTS, PURCHASES, STORES, DocumentKind
from shop_assets.settings import Settings, variable
from shop_assets.warehouse.assets import CLICKHOUSE_MART, CLICKHOUSE_RAW
from shop_assets.warehouse.queries import Row, ask
from shop_assets.warehouse.resource import ClickHouseResource

SHOWN: Final = 10
"""Rows of a finding that are shown: enough to see what is wrong, whatever its size."""

Measure = Callable[[Client], AssetCheckResult]


def build_checks(settings: Settings) -> list[AssetChecksDefinition]:
    """The checks of RAW and MART, with the limits that the settings give."""
    return [
        *_count_checks(CLICKHOUSE_RAW, "raw_documents", settings),
        *_count_checks(CLICKHOUSE_MART, "mart_documents", settings),
        *(_duplicates_check(kind, settings.maximum_duplicate_ratio) for kind in KINDS),
        _findings_check(
            "every_store_has_a_customer",
            "stores_without_customers",
            "Every store of the MART is the place of purchase of at least one customer.",
            "stores without a customer",
        ),
        _findings_check(
            "mart_equals_raw",
            "mart_differs_from_raw",
            "MART shows every document as its newest message in RAW says, and nothing else.",
            "documents that differ",
            blocking=True,
        ),
        _findings_check(
            "personal_data_is_encrypted",
            "personal_data_in_the_clear",
            "Every phone and e-mail of the MART is in its encrypted form.",
            "columns with values in the clear",
            blocking=True,
        ),
        _findings_check(
            "product_groups_are_known",
            "unknown_product_groups",
            "Every group of products and lines is one of the five (docs/documents.md, Product groups).",
            "unknown labels",
            severity=AssetCheckSeverity.WARN,
        ),
        _build(
            CLICKHOUSE_MART,
            "references_resolve",
            "Purchases and customers refer to documents that the MART shows, and no purchase is earlier than its "
            "customer's registration. What does not is kept.",
            _references,
        ),
    ]


def _count_checks(asset: AssetKey, question: str, settings: Settings) -> list[AssetChecksDefinition]:
    return [
        _count_check(asset, question, STORES, settings.expected_stores, "expected_stores", is_exact=True),
        _count_check(asset, question, PRODUCTS, settings.minimum_products, "minimum_products"),
        _count_check(asset, question, PURCHASES, settings.minimum_purchases, "minimum_purchases"),
    ]


def _count_check(
    asset: AssetKey, question: str, kind: DocumentKind, limit: int, setting: str, *, is_exact: bool = False
) -> AssetChecksDefinition:
    expected = f"{'exactly' if is_exact else 'at least'} {limit}"

    def measure(client: Client) -> AssetCheckResult:
        counted = _count(ask(client, question), kind)
        return AssetCheckResult(
            passed=counted == limit if is_exact else counted >= limit,
            severity=AssetCheckSeverity.ERROR,
            description=f"{counted} {kind.name}, expected {expected}",
            metadata={"counted": counted, "expected": expected, "setting": variable(setting)},
        )

    return _build(
        asset,
        f"{kind.name}_count",
        f"Distinct {kind.name}: {expected}; {variable(setting)} changes the number.",
        measure,
    )


def _count(rows: list[Row], kind: DocumentKind) -> int:
    return next((int(row["documents"]) for row in rows if row["kind"] == kind.name), 0)


def _duplicates_check(kind: DocumentKind, limit: float) -> AssetChecksDefinition:
    def measure(client: Client) -> AssetCheckResult:
        row = next(row for row in ask(client, "duplicate_ratio") if row["kind"] == kind.name)
        ratio = float(row["duplicate_ratio"])
        return AssetCheckResult(
            passed=ratio <= limit,
            severity=AssetCheckSeverity.ERROR,
            description=f"{ratio:.1%} of the rows are copies, at most {limit:.1%} may be",
            metadata={"ratio": ratio, "rows": row["row_count"], "distinct documents": row["distinct_documents"]},
        )

    return _build(
        CLICKHOUSE_RAW,
        f"{kind.name}_duplicate_ratio",
        f"The share of copies in raw.{kind.name} is at most {limit:.0%}; {variable('maximum_duplicate_ratio')} changes "
        "the limit. Replays and snapshots make copies; MART has none.",
        measure,
    )


def _findings_check(
    name: str,
    question: str,
    description: str,
    what: str,
    *,
    severity: AssetCheckSeverity = AssetCheckSeverity.ERROR,
    blocking: bool = False,
) -> AssetChecksDefinition:
    """A check of MART that passes when the question has no answer; each row of one is something wrong."""

    def measure(client: Client) -> AssetCheckResult:
        findings = ask(client, question)
        return AssetCheckResult(
            passed=not findings,
            severity=severity,
            description=f"{len(findings)} {what}",
            metadata={"found": len(findings), "first": sample_table(findings[:SHOWN])},
        )

    return _build(CLICKHOUSE_MART, name, description, measure, blocking=blocking)


def _references(client: Client) -> AssetCheckResult:
    (row,) = ask(client, "broken_references")
    counts = {name: int(count) for name, count in row.items()}
    broken = [f"{count} {name.replace('_', ' ')}" for name, count in counts.items() if count]
    return AssetCheckResult(
        passed=not broken,
        severity=AssetCheckSeverity.WARN,
        description=", ".join(broken) or "all references resolve",
        metadata=counts,
    )


def _build(
    asset: AssetKey, name: str, description: str, measure: Measure, *, blocking: bool = False
) -> AssetChecksDefinition:
    @asset_check(asset=asset, name=name, description=description, blocking=blocking)
    def check(clickhouse: ClickHouseResource) -> AssetCheckResult:
        with clickhouse.client() as client:
            return measure(client)

    return check
