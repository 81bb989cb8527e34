"""The checks of MART: that it equals RAW and MongoDB, and that its documents fit together.

Those that guard against a wrong report block; the others report what the documents themselves have wrong.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from clickhouse_connect.driver.client import Client
from dagster import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSeverity,
)

from shop_assets.coordination.lease import ingestion_lease
from shop_assets.document_store.resource import MongoResource
from shop_assets.language.counts import counted
from shop_assets.orchestration import check_texts
from shop_assets.orchestration.asset_keys import (
    CLICKHOUSE_MART,
    EVERY_STORE_HAS_A_CUSTOMER,
    FEW_DOCUMENTS_ARE_REJECTED,
    IDS_ARE_USED_ONCE,
    MART_EQUALS_MONGODB,
    MART_EQUALS_RAW,
    PERSONAL_DATA_IS_ENCRYPTED,
    PRODUCT_GROUPS_ARE_KNOWN,
    PURCHASES_ARE_ON_TIME,
    REFERENTIAL_INTEGRITY,
)
from shop_assets.orchestration.asset_metadata import sample_table
from shop_assets.orchestration.masked_definitions import asset_check
from shop_assets.personal_data.contacts import without_contacts
from shop_assets.settings import Settings, variable
from shop_assets.topics.resource import KafkaResource
from shop_assets.warehouse.comparison.document_repair import advice, open_differences
from shop_assets.warehouse.mart.broken_references import described, example_ids
from shop_assets.warehouse.metadata import difference_row
from shop_assets.warehouse.resource import ClickHouseResource
from shop_assets.warehouse.statements.query_execution import Row, count_and_sample, fetch_rows
from shop_assets.warehouse.statements.query_results import remembered_rows, remembered_sample

SHOWN: Final = 10
"""How many rows of a query a check shows: enough to see what is wrong."""

SHOWN_LABELS: Final = 3
LONGEST_LABEL: Final = 40
"""How many labels the one line of a check names, and how much of each."""


def build_mart_checks(settings: Settings) -> list[AssetChecksDefinition]:
    """The checks, with the limits that the settings give.

    Args:
        settings: The settings.

    Returns:
        The checks.
    """
    return [
        _no_rows_check(
            EVERY_STORE_HAS_A_CUSTOMER,
            "stores_without_customers",
            "Every store in MART has at least one registered customer.",
            ("store without a customer", "stores without a customer"),
        ),
        mart_equals_raw,
        mart_equals_mongodb,
        _no_rows_check(
            PERSONAL_DATA_IS_ENCRYPTED,
            "personal_data_in_the_clear",
            "Every phone and e-mail of MART is encrypted or absent.",
            ("column with values in the clear", "columns with values in the clear"),
            blocking=True,
        ),
        _no_rows_check(
            PRODUCT_GROUPS_ARE_KNOWN,
            "unknown_product_groups",
            "Every group of products and lines is one of the five (docs/cleaning.md, Product groups).",
            ("unknown name of a group", "unknown names of groups"),
            severity=AssetCheckSeverity.WARN,
        ),
        _no_rows_check(
            IDS_ARE_USED_ONCE,
            "reused_ids",
            "No id was used again for something else: a purchase with another customer, store or moment, a customer "
            "with another registration date, a store with another city. A corrected document looks the same: "
            "`shop ids accept` accepts it.",
            ("id stood for something else before", "ids stood for something else before"),
            severity=AssetCheckSeverity.WARN,
        ),
        _referential_integrity(),
        _few_documents_are_rejected(settings.maximum_rejected_share),
        _purchases_are_on_time(settings.timezone),
    ]


def mart_check(
    name: str, description: str, measure: Callable[[Client], AssetCheckResult], *, blocking: bool = False
) -> AssetChecksDefinition:
    """A check that connects to ClickHouse and measures MART there."""

    @asset_check(asset=CLICKHOUSE_MART, name=name, description=description, blocking=blocking)
    def check(clickhouse: ClickHouseResource) -> AssetCheckResult:
        with clickhouse.client() as client:
            return measure(client)

    return check


def _no_rows_check(
    name: str,
    query: str,
    description: str,
    what: tuple[str, str],
    *,
    severity: AssetCheckSeverity = AssetCheckSeverity.ERROR,
    blocking: bool = False,
) -> AssetChecksDefinition:
    """A check of MART that passes when the query has no rows; each row is something wrong."""
    return mart_check(
        name, description, lambda client: _no_rows_result(client, query, what, severity), blocking=blocking
    )


def _no_rows_result(
    client: Client, query: str, what: tuple[str, str], severity: AssetCheckSeverity
) -> AssetCheckResult:
    found = remembered_sample(client, query, SHOWN)
    examples = ", ".join(_examples(found.first))
    return AssetCheckResult(
        passed=not found.count,
        severity=severity,
        description=counted(found.count, *what) + (f", such as {examples}" if examples else ""),
        metadata={"found": found.count, "first": sample_table(found.first)},
    )


def _examples(rows: Sequence[Row]) -> list[str]:
    """What a description names: a document, or a few labels. A label is any text, so it is masked and cut."""
    if rows and {"kind", "id"} <= rows[0].keys():
        return [f"{rows[0]['kind']} {rows[0]['id']}"]
    labels = dict.fromkeys(str(row["label"]) for row in rows if row.get("label"))
    return [without_contacts(label)[:LONGEST_LABEL] for label in islice(labels, SHOWN_LABELS)]


@asset_check(asset=CLICKHOUSE_MART, name=MART_EQUALS_RAW, blocking=True)
def mart_equals_raw(
    context: AssetCheckExecutionContext, mongo: MongoResource, clickhouse: ClickHouseResource
) -> AssetCheckResult:
    """MART shows every document as its newest message in RAW requires, and nothing else."""
    # Everything, whenever something has changed: comparing only new rows would assume that the older ones are still
    # there. It reads ids and versions, no payloads and no columns of documents. Under the lease, because it reads RAW
    # and MART one after the other: an insert of another run in between would look like a difference.
    with (
        mongo.connect() as database,
        ingestion_lease(database, MART_EQUALS_RAW, context.run.run_id, context.log.warning),
        clickhouse.client() as client,
    ):
        return _no_rows_result(
            client,
            "mart_differs_from_raw",
            ("document differs from RAW", "documents differ from RAW"),
            AssetCheckSeverity.ERROR,
        )


@asset_check(asset=CLICKHOUSE_MART, name=MART_EQUALS_MONGODB, blocking=True)
def mart_equals_mongodb(
    context: AssetCheckExecutionContext, mongo: MongoResource, kafka: KafkaResource, clickhouse: ClickHouseResource
) -> AssetCheckResult:
    """The newest message of each id in RAW is the document that was sent from MongoDB. Together with `mart_equals_raw`
    this means that MART shows what MongoDB holds.
    """
    with (
        mongo.connect() as database,
        ingestion_lease(database, MART_EQUALS_MONGODB, context.run.run_id, context.log.warning) as lease,
        clickhouse.client() as client,
    ):
        findings: Counter[str] = Counter()
        first: list[dict[str, object]] = []
        for difference in open_differences(client, database, kafka, lease):
            findings[difference.finding] += 1
            if len(first) < SHOWN:
                to_do = advice(database, difference, datetime.now(UTC))
                first.append(difference_row(difference) | {"what to do": to_do})
    by_finding = ", ".join(f"{count:,} {finding}" for finding, count in findings.items())
    text = counted(findings.total(), "document differs from MongoDB", "documents differ from MongoDB")
    if first:
        text = f"{text}: {by_finding}; such as {first[0]['kind']} {first[0]['id']}: {first[0]['what to do']}"
    return AssetCheckResult(
        passed=not findings,
        severity=AssetCheckSeverity.ERROR,
        description=text,
        metadata={"found": findings.total(), "first": sample_table(first)},
    )


def _referential_integrity() -> AssetChecksDefinition:
    def measure(client: Client) -> AssetCheckResult:
        (row,) = remembered_rows(client, "broken_references")
        counts = {name: int(count) for name, count in row.items()}
        return AssetCheckResult(
            passed=not any(counts.values()),
            severity=AssetCheckSeverity.WARN,
            description=described(counts, example_ids(client, counts)),
            metadata=counts,
        )

    return mart_check(
        REFERENTIAL_INTEGRITY,
        "Purchases and customers refer to documents that MART shows, and no purchase is earlier than its customer's "
        "registration. Documents that break this stay in MART.",
        measure,
    )


def _few_documents_are_rejected(limit: float) -> AssetChecksDefinition:
    def measure(client: Client) -> AssetCheckResult:
        rows = remembered_rows(client, "mart_documents")
        shown, rejected = (sum(int(row[column]) for row in rows) for column in ("documents", "rejected"))
        share = rejected / (shown + rejected) if rejected else 0.0
        return AssetCheckResult(
            passed=share <= limit,
            severity=AssetCheckSeverity.WARN,
            description=check_texts.rejected(rejected, f"{shown:,} accepted", share, limit),
            metadata={
                "share": share,
                "kinds": sample_table(rows),
                "reasons": sample_table(count_and_sample(client, "rejects_by_reason", SHOWN).first),
            },
        )

    return mart_check(
        FEW_DOCUMENTS_ARE_REJECTED,
        f"MART rejects at most {check_texts.percent(limit)} of the documents; "
        f"{variable('maximum_rejected_share')} changes the limit. The rejects are in mart.open_rejects, with their "
        "reasons.",
        measure,
    )


def _purchases_are_on_time(timezone: str) -> AssetChecksDefinition:
    def measure(client: Client) -> AssetCheckResult:
        days = fetch_rows(client, "late_purchases", {"timezone": timezone})
        late = sum(int(row["late_purchases"]) for row in days)
        backfill = ", ".join(str(row["ds"]) for row in days)
        return AssetCheckResult(
            passed=not days,
            severity=AssetCheckSeverity.WARN,
            description=counted(
                late,
                "purchase arrived after its day's report was built",
                "purchases arrived after their day's report was built",
            )
            + (f": backfill {backfill}" if days else ""),
            metadata={"late": late, "days": sample_table(days)},
        )

    return mart_check(
        PURCHASES_ARE_ON_TIME,
        "No purchase of the last 14 published days arrived in RAW after the features of its day were published; "
        "run `shop backfill` for these days to include them.",
        measure,
    )
