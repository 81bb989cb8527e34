"""The checks of RAW and MART, and those that count both; the queries are in `sql/quality/`, shared with the dashboards.

Counts and duplicate ratios fail without blocking: MART is still right, and the failure is reported. A check that guards
against a wrong report blocks. A query that fails raises, so that the check neither passes nor fails.
"""

from collections.abc import Iterator
from typing import Any

from dagster import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetKey,
)

from shop_assets.coordination.lease import ingestion_lease
from shop_assets.document_store.resource import MongoResource
from shop_assets.documents.kinds import KIND_BY_NAME, KINDS
from shop_assets.language.counts import counted
from shop_assets.orchestration import check_texts
from shop_assets.orchestration.asset_keys import (
    CLICKHOUSE_MART,
    CLICKHOUSE_RAW,
    RAW_HAS_EVERY_OFFSET_ONCE,
    count_check,
    duplicate_ratio_check,
)
from shop_assets.orchestration.asset_metadata import sample_table
from shop_assets.orchestration.expected_counts import expected_counts
from shop_assets.orchestration.masked_definitions import asset_check, multi_asset_check
from shop_assets.settings import Settings, variable
from shop_assets.topics.resource import KafkaResource
from shop_assets.warehouse.mart_checks import SHOWN, build_mart_checks
from shop_assets.warehouse.reading_checks import build_reading_checks
from shop_assets.warehouse.resource import ClickHouseResource
from shop_assets.warehouse.statements.query_execution import fetch_rows
from shop_assets.warehouse.statements.query_results import remembered_rows


def build_checks(settings: Settings) -> list[AssetChecksDefinition]:
    """The checks of RAW and MART, with the limits that the settings give."""
    return [
        _count_checks(CLICKHOUSE_RAW, "raw_documents", settings),
        _count_checks(CLICKHOUSE_MART, "mart_documents", settings),
        _duplicate_checks(settings.maximum_duplicate_ratio),
        raw_has_every_offset_once,
        *build_mart_checks(settings),
        *build_reading_checks(settings),
    ]


def _count_checks(asset: AssetKey, query: str, settings: Settings) -> AssetChecksDefinition:
    """Three checks with one query, because it reads every id."""
    counts_expected = expected_counts(settings)

    @multi_asset_check(
        name=f"{query}_counts",
        specs=[
            AssetCheckSpec(
                count_check(expected.kind),
                asset=asset,
                description=f"{expected.described.capitalize()} distinct {expected.kind.name}; "
                f"{variable(expected.setting)} changes the number.",
            )
            for expected in counts_expected
        ],
    )
    def counts(clickhouse: ClickHouseResource) -> Iterator[AssetCheckResult]:
        with clickhouse.client() as client:
            found = {row["kind"]: int(row["documents"]) for row in remembered_rows(client, query)}
        for expected in counts_expected:
            number = found.get(expected.kind.name, 0)
            yield AssetCheckResult(
                asset_key=asset,
                check_name=count_check(expected.kind),
                passed=expected.is_met(number),
                severity=AssetCheckSeverity.ERROR,
                description=check_texts.expected_count(number, expected, is_final=asset == CLICKHOUSE_MART),
                metadata={
                    "counted": number,
                    "expected": expected.described.capitalize(),
                    "setting": variable(expected.setting),
                },
            )

    return counts


def _duplicate_checks(limit: float) -> AssetChecksDefinition:
    """A check of each RAW table, with one query, because it reads every payload."""

    @multi_asset_check(
        name="raw_duplicate_ratios",
        specs=[
            AssetCheckSpec(
                duplicate_ratio_check(kind),
                asset=CLICKHOUSE_RAW,
                description=(
                    f"At most {check_texts.percent(limit)} of the rows of raw.{kind.name} are duplicates; "
                    f"{variable('maximum_duplicate_ratio')} changes the limit. Replays and snapshots add duplicates; "
                    "MART has none."
                ),
            )
            for kind in KINDS
        ],
    )
    def duplicates(clickhouse: ClickHouseResource) -> Iterator[AssetCheckResult]:
        with clickhouse.client() as client:
            rows = remembered_rows(client, "duplicate_ratio")
        for row in rows:
            ratio = float(row["duplicate_ratio"])
            yield AssetCheckResult(
                asset_key=CLICKHOUSE_RAW,
                check_name=duplicate_ratio_check(KIND_BY_NAME[row["kind"]]),
                passed=ratio <= limit,
                severity=AssetCheckSeverity.ERROR,
                description=f"{check_texts.percent(ratio)} of the rows are duplicates, "
                + (
                    f"at most {check_texts.percent(limit)} allowed"
                    if ratio <= limit
                    else f"{variable('maximum_duplicate_ratio')} is {check_texts.percent(limit)}"
                ),
                metadata={"ratio": ratio, "rows": row["row_count"], "distinct documents": row["distinct_documents"]},
            )

    return duplicates


@asset_check(asset=CLICKHOUSE_RAW, name=RAW_HAS_EVERY_OFFSET_ONCE, blocking=False)
def raw_has_every_offset_once(
    context: AssetCheckExecutionContext, mongo: MongoResource, kafka: KafkaResource, clickhouse: ClickHouseResource
) -> AssetCheckResult:
    """RAW has each offset of each topic id exactly once, unless it was removed as a duplicate or accepted as lost."""
    # Under the lease, because a compaction records what it removes in another table than the rows.
    with (
        mongo.connect() as database,
        ingestion_lease(database, RAW_HAS_EVERY_OFFSET_ONCE, context.run.run_id, context.log.warning),
        clickhouse.client() as client,
    ):
        rows = list(fetch_rows(client, "raw_offsets"))
    topics = kafka.administration().describe({str(row["kafka_topic"]) for row in rows})
    compacted = {name for name, topic in topics.items() if topic.is_compacted}
    faulty = [row for row in rows if _has_offset_faults(row, compacted)]
    duplicated, unaccounted = (sum(abs(int(row[column])) for row in faulty) for column in ("duplicated", "unaccounted"))
    ignored = f"; holes in {', '.join(sorted(compacted))} are Kafka's, which compacts these topics" if compacted else ""
    return AssetCheckResult(
        passed=not faulty,
        severity=AssetCheckSeverity.ERROR,
        description=f"{counted(duplicated, 'offset is', 'offsets are')} in RAW twice, "
        f"{counted(unaccounted, 'is', 'are')} unaccounted for{ignored}",
        metadata={
            "duplicated": duplicated,
            "unaccounted": unaccounted,
            "topic partitions": len(rows),
            "first": sample_table(faulty[:SHOWN]),
        },
    )


def _has_offset_faults(row: dict[str, Any], compacted: set[str]) -> bool:
    has_hole = int(row["unaccounted"]) != 0 and row["kafka_topic"] not in compacted
    return int(row["duplicated"]) != 0 or has_hole
