"""The check of MART that names fields which features need and few documents have."""

from collections.abc import Iterator, Sequence

from clickhouse_connect.driver.client import Client
from dagster import AssetCheckResult, AssetChecksDefinition, AssetCheckSeverity

from shop_assets.features.definitions import FEATURES, HOUR_FEATURES, TIME
from shop_assets.orchestration.asset_keys import CLICKHOUSE_MART, FIELDS_ARE_DELIVERED
from shop_assets.orchestration.asset_metadata import sample_table
from shop_assets.orchestration.check_texts import percent
from shop_assets.orchestration.masked_definitions import asset_check
from shop_assets.settings import variable
from shop_assets.warehouse.resource import ClickHouseResource
from shop_assets.warehouse.statements.query_execution import Row
from shop_assets.warehouse.statements.query_results import remembered_rows


def build_delivery_check(limit: float) -> AssetChecksDefinition:
    """The check.

    Args:
        limit: The smallest share of the documents that must have a field.

    Returns:
        The check, of `clickhouse_mart`.
    """

    @asset_check(
        asset=CLICKHOUSE_MART,
        name=FIELDS_ARE_DELIVERED,
        description=f"Each field that features depend on is in at least {percent(limit)} of the documents, and of the "
        f"documents of each form; {variable('minimum_delivered_share')} changes the limit. A feature whose field is "
        "missing is the same for everyone.",
        blocking=False,
    )
    def check(clickhouse: ClickHouseResource) -> AssetCheckResult:
        with clickhouse.client() as client:
            missing = rarely_present(client, limit)
        named = "; ".join(f"{field['field']} ({field['delivered']}): {field['features']}" for field in missing)
        return AssetCheckResult(
            passed=not missing,
            severity=AssetCheckSeverity.WARN,
            description=f"rarely present: {named}" if missing else "every field that features need is present",
            metadata={"fields": len(missing), "first": sample_table(missing)},
        )

    return check


def rarely_present(client: Client, limit: float) -> list[dict[str, object]]:
    """Find the fields that features need and that are rare in all documents, or in those of one form.

    Args:
        client: A client of the warehouse.
        limit: The smallest share of the documents that must have a field.

    Returns:
        The field, how many documents have it, and the features that are therefore the same for nearly everyone.
    """
    rows = [row for row in remembered_rows(client, "delivered_fields") if int(row["documents"])]
    missing = [row for row in rows if _is_missing(row, limit)]
    return [*map(_shown, missing), *map(_shown, _other_forms(client, rows, limit))]


def _is_missing(row: Row, limit: float) -> bool:
    delivered, documents = int(row["delivered"]), int(row["documents"])
    return delivered == 0 or delivered < limit * documents


def _other_forms(client: Client, rows: Sequence[Row], limit: float) -> Iterator[Row]:
    """For each field that most documents have: the largest form of document that lacks it."""
    forms = remembered_rows(client, "forms_without_fields")
    delivered = {row["source"]: int(row["documents"]) for row in rows if not _is_missing(row, limit)}
    for source, documents in delivered.items():
        lacking = (row for row in forms if row["source"] == source and _is_missing(row, limit))
        most = next(lacking, None)  # they are in the order of their documents
        if most is not None and int(most["documents"]) >= limit * documents:
            yield most


def _shown(row: Row) -> dict[str, object]:
    is_time = row["source"] == TIME
    names = HOUR_FEATURES if is_time else [f.name for f in FEATURES if row["source"] in f.sources]
    form = f" with {row['form']}" if "form" in row else ""
    return {
        "field": f"the time of {row['source']}" if is_time else row["source"],
        "delivered": f"{int(row['delivered']):,} of {int(row['documents']):,}{form}",
        "features": ", ".join(names),
    }
