"""Verifies a published matrix by its files, MART and the warehouse; independent of Dagster.

Every function reads the files or tables themselves: the manifest is what is verified, not the evidence.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from shop_assets.features import mart_queries
from shop_assets.features.definitions import COLUMNS, CUSTOMER_ID, EXCLUSIVE, FEATURE_NAMES
from shop_assets.features.manifest import PublicationManifest
from shop_assets.features.published_files import on_disk
from shop_assets.features.warehouse_load import TABLE
from shop_assets.language.counts import counted
from shop_assets.object_store.bucket import Bucket
from shop_assets.orchestration.asset_keys import CUSTOMER_FEATURES_PARQUET
from shop_assets.orchestration.check_texts import percent
from shop_assets.warehouse.statements.queries import load_query
from shop_assets.warehouse.statements.query_execution import fetch_rows

if TYPE_CHECKING:
    import polars as pl
    from clickhouse_connect.driver.client import Client

ErasedSince = Callable[[Sequence[str], datetime], frozenset[str]]
"""Of some ids, those whose customers were erased after a moment."""

EXAMPLES: Final = 5
OF_ANOTHER_PUBLICATION: Final = "rows of another publication"
MINIMUM_EARLIER_DAYS: Final = 3
"""The number of earlier days that a mean needs."""


@dataclass(frozen=True)
class VerificationResult:
    """The result of a verification: the problems, none when it passed, and numbers for the check's metadata."""

    summary: str
    problems: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)


def columns(bucket: Bucket, manifest: PublicationManifest) -> VerificationResult:
    """Every file has the matrix's columns in their order: the id as text, the features as integers."""
    import pyarrow as pa
    from pyarrow import parquet

    problems = []
    with on_disk(bucket, manifest.files) as paths:
        for file, path in zip(manifest.files, paths, strict=True):
            schema = parquet.read_schema(path)
            if tuple(schema.names) != COLUMNS:
                problems.append(f"{file.key} has the columns {', '.join(schema.names)}")
            elif not pa.types.is_string(schema.types[0]) or not all(map(pa.types.is_integer, schema.types[1:])):
                problems.append(f"{file.key} has the types {', '.join(map(str, schema.types))}")
    if not manifest.files:
        problems.append("the partition has no file")
    return VerificationResult(f"{len(COLUMNS)} columns in order in {counted(len(manifest.files), 'file')}", problems)


def values(bucket: Bucket, manifest: PublicationManifest) -> VerificationResult:
    """Every feature of every row is 0 or 1."""
    import polars as pl

    with on_disk(bucket, manifest.files) as paths:
        features = pl.col(FEATURE_NAMES)
        wrong = (features.is_null() | (features != 0) & (features != 1)).sum()
        counts: dict[str, int] = pl.scan_parquet(paths).select(wrong).collect(engine="streaming").row(0, named=True)
    problems = [f"{name} is neither 0 nor 1 in {counted(count, 'row')}" for name, count in counts.items() if count]
    return VerificationResult(f"{len(FEATURE_NAMES)} features of {counted(manifest.rows, 'row')} are 0 or 1", problems)


def contradictions(bucket: Bucket, manifest: PublicationManifest) -> VerificationResult:
    """No customer has two features that contradict each other."""
    import polars as pl

    with on_disk(bucket, manifest.files) as paths:
        both = [
            ((pl.col(one) == 1) & (pl.col(other) == 1)).sum().alias(f"{one} and {other}") for one, other in EXCLUSIVE
        ]
        counts: dict[str, int] = pl.scan_parquet(paths).select(both).collect(engine="streaming").row(0, named=True)
    problems = [f"{counted(count, 'customer has', 'customers have')} {pair}" for pair, count in counts.items() if count]
    return VerificationResult(f"0 contradictions in {len(EXCLUSIVE)} pairs of features", problems)


def usual_shares(client: "Client", manifest: PublicationManifest, largest_jump: float) -> VerificationResult:
    """The share of ones of each feature is near its mean on the 14 days before, as far as they are published.

    A feature that fewer than 3 of these days have is not compared: the days before it was defined have no share of it.

    Args:
        client: A client of the warehouse, which has the day's publication.
        manifest: The publication.
        largest_jump: The largest allowed distance of a share from the mean, as a fraction of the customers.

    Returns:
        A problem for each feature that jumped, the largest jump first.
    """
    rows = fetch_rows(client, "feature_shares", {"first": manifest.ds, "last": manifest.ds})
    days = max((int(row["usual_days"]) for row in rows), default=0)
    compared = [row for row in rows if int(row["usual_days"]) >= MINIMUM_EARLIER_DAYS]
    if not compared:
        return VerificationResult(f"not compared yet: {days} of {MINIMUM_EARLIER_DAYS} earlier days are published")
    jumps = {row["feature"]: row["share"] - row["usual_share"] for row in compared}
    problems = [
        f"{row['feature']} is 1 for {percent(row['share'])}, usually {percent(row['usual_share'])}"
        for row in sorted(compared, key=lambda row: -abs(jumps[row["feature"]]))
        if abs(jumps[row["feature"]]) > largest_jump
    ]
    largest = max(map(abs, jumps.values()))
    return VerificationResult(
        f"{counted(len(compared), 'feature')} within the limit of the {counted(days, 'day')} before, "
        f"largest change {percent(largest)}",
        problems,
    )


def customers(
    client: "Client", bucket: Bucket, manifest: PublicationManifest, erased_since: ErasedSince
) -> VerificationResult:
    """There is one row for each customer registered by the end of the day: none twice, missing or added.

    Args:
        client: A client of the warehouse.
        bucket: The bucket of the files.
        manifest: The publication.
        erased_since: Says which of some ids are of customers who were erased after a moment.

    Returns:
        The problems. A customer who was erased after the day was published is none: the summary counts them.
    """
    import polars as pl

    found = client.query_arrow(mart_queries.customer_ids(manifest.inputs.as_of), use_strings=True)
    expected = pl.DataFrame(pl.from_arrow(found)).lazy()
    with on_disk(bucket, manifest.files) as paths:
        rows = pl.scan_parquet(paths).select(CUSTOMER_ID)
        repeated = rows.group_by(CUSTOMER_ID).len().filter(pl.col("len") > 1).select(CUSTOMER_ID)
        missing = expected.join(rows, on=CUSTOMER_ID, how="anti")
        added = rows.join(expected, on=CUSTOMER_ID, how="anti")
        wanted = [repeated, missing, added, rows.select(pl.len())]
        repeated_ids, missing_ids, added_ids, row_count = pl.collect_all(wanted, engine="streaming")
    erased = erased_since(added_ids[CUSTOMER_ID].to_list(), manifest.published_at)
    unexpected_ids = added_ids.filter(~pl.col(CUSTOMER_ID).is_in(sorted(erased)))
    found_wrong = (
        (repeated_ids, "customer has several rows", "customers have several rows"),
        (missing_ids, "customer is missing", "customers are missing"),
        (unexpected_ids, "customer is not in MART", "customers are not in MART"),
    )
    problems = [f"{counted(len(ids), one, many)}: {_examples(ids)}" for ids, one, many in found_wrong if len(ids)]
    count = row_count.item()
    again = f"materialize {CUSTOMER_FEATURES_PARQUET.to_user_string()} for this day again"
    if problems:
        problems.append(f"MART may have changed since, by a deletion for example: {again}")
    left = (
        f", {counted(len(erased), 'row')} of customers who were erased since; to leave them out, {again}"
        if erased
        else ""
    )
    return VerificationResult(
        f"{counted(count, 'row')} for {counted(len(found), 'customer')} of MART{left}",
        problems,
        {"rows": count, "customers": len(found), "erased since": len(erased)},
    )


def warehouse(client: "Client", manifest: PublicationManifest) -> VerificationResult:
    """ClickHouse has the rows of the publication and no others, with a value and as many ones in each feature."""
    query = load_query("features/published_counts", features=FEATURE_NAMES)
    given = {"publication": manifest.publication_id, "ds": manifest.ds}
    found = client.query(query.statement, given).result_rows[0]
    rows, ids, other_rows, *numbers = map(int, found)
    problems = []
    if not rows == ids == manifest.rows:
        problems.append(
            f"{TABLE} has {counted(rows, 'row')} of {counted(ids, 'customer')}, and {manifest.rows:,} are published"
        )
    if other_rows:
        problems.append(
            f"{counted(other_rows, 'row is', 'rows are')} of another publication than {manifest.publication_id}"
        )
    for name, known, ones in zip(FEATURE_NAMES, numbers[::2], numbers[1::2], strict=True):
        if known != rows:
            problems.append(f"{name} has no value in {counted(rows - known, 'row')}")
        if ones != manifest.ones[name]:
            problems.append(f"{name} has {counted(ones, 'one')}, and {manifest.ones[name]:,} are published")
    return VerificationResult(
        f"{counted(rows, 'row')} in {TABLE}, {manifest.rows:,} published",
        problems,
        {"rows": rows, OF_ANOTHER_PUBLICATION: other_rows},
    )


def _examples(ids: "pl.DataFrame") -> str:
    shown = ids[CUSTOMER_ID].sort().head(EXAMPLES).to_list()
    return ", ".join(shown) + (", …" if len(ids) > EXAMPLES else "")
