"""Loads a publication into `mart.customer_features`: through a staging table that is swapped in."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from shop_assets.features.definitions import COLUMNS
from shop_assets.features.errors import PublicationError
from shop_assets.features.manifest import PublicationManifest
from shop_assets.features.published_files import on_disk
from shop_assets.language.counts import counted
from shop_assets.object_store.bucket import Bucket
from shop_assets.orchestration.asset_keys import CLICKHOUSE_CUSTOMER_FEATURES, CLICKHOUSE_MART
from shop_assets.warehouse.statements.queries import load_query, statement_of
from shop_assets.warehouse.statements.query_execution import column

if TYPE_CHECKING:
    import pyarrow as pa
    from clickhouse_connect.driver.client import Client

TABLE: Final = "mart.customer_features"
BATCH_ROWS: Final = 50_000  # about 4 MiB as Arrow: few inserts, little memory
_PUBLICATION_COLUMNS: Final = ("ds", "publication_id", "published_at")
_STAGING_PREFIX: Final = "customer_features_loading_"
ABANDONED_SECONDS: Final = 24 * 3600
"""When a staging table counts as left by a killed run: far longer than a load takes."""


@dataclass(frozen=True)
class LoadResult:
    """How many rows were loaded, in how many inserts."""

    rows: int
    batches: int


@dataclass(frozen=True)
class LoadedDay:
    """A day's partition in the warehouse, and how long loading it took."""

    manifest: PublicationManifest
    loaded: LoadResult
    seconds: float


def load_published(client: "Client", bucket: Bucket, day: date) -> LoadedDay:
    """Load the publication of a day.

    Another run may publish and load in the meantime. The older of the two publications must not stay, so the run that
    swaps last checks again.

    Args:
        client: A client of the warehouse.
        bucket: The features bucket.
        day: The partition's day.

    Returns:
        The publication that is loaded now, and what was loaded.

    Raises:
        PublicationError: The day is not published, the table lacks columns, or not every row arrived.
    """
    started = monotonic()
    manifest = PublicationManifest.require(bucket, day)
    loaded = load_partition(client, bucket, manifest)
    while (newest := PublicationManifest.require(bucket, day)).publication_id != manifest.publication_id:
        manifest, loaded = newest, load_partition(client, bucket, newest)
    return LoadedDay(manifest, loaded, monotonic() - started)


def load_partition(client: "Client", bucket: Bucket, manifest: PublicationManifest) -> LoadResult:
    """Replace the day's partition of `mart.customer_features` by a publication; loading it again changes nothing.

    Args:
        client: A client of the warehouse.
        bucket: The features bucket.
        manifest: The publication.

    Returns:
        What was loaded.

    Raises:
        PublicationError: The table lacks columns, or not every row arrived; the day is unchanged.
    """
    _require_columns(client, manifest)
    _drop_abandoned(client)
    with _staging_table(client, manifest) as staging:
        batches = 0
        for batch in _batches(bucket, manifest):
            client.insert_arrow(staging, batch)
            batches += 1
        counting = load_query("features/loaded_rows", staging=staging)
        rows, customers = client.query(counting.statement).result_rows[0]
        if not rows == customers == manifest.rows:
            raise PublicationError(
                f"{TABLE}: features of {manifest.ds} left unchanged: loaded {counted(rows, 'row')} of "
                f"{counted(customers, 'customer')}, expected {manifest.rows:,}. "
                f"Materialize {CLICKHOUSE_CUSTOMER_FEATURES.to_user_string()} again."
            )
        partition = manifest.ds.isoformat()
        if rows:
            client.command(f"ALTER TABLE {TABLE} REPLACE PARTITION '{partition}' FROM {staging}")
        else:  # no customers: ClickHouse refuses to replace a partition by an empty one
            client.command(f"ALTER TABLE {TABLE} DROP PARTITION '{partition}'")
    return LoadResult(rows, batches)


def _require_columns(client: "Client", manifest: PublicationManifest) -> None:
    """Migrations run with the ingestion: after an upgrade the table may not have the newest columns yet."""
    found = column(client, statement_of("features/table_columns"))
    missing = sorted({*COLUMNS, *_PUBLICATION_COLUMNS} - set(found))
    if missing:
        raise PublicationError(
            f"{TABLE}: features of {manifest.ds} left unchanged: the table lacks {', '.join(missing)}. Run the job "
            f"ingest, or materialize {CLICKHOUSE_MART.to_user_string()}, which brings the warehouse up to date; then "
            f"materialize {CLICKHOUSE_CUSTOMER_FEATURES.to_user_string()} again."
        )


def _batches(bucket: Bucket, manifest: PublicationManifest) -> Iterator["pa.Table"]:
    import pyarrow as pa
    from pyarrow import parquet

    constants: dict[str, tuple[Any, pa.DataType]] = {
        "ds": (manifest.ds, pa.date32()),
        "publication_id": (manifest.publication_id, pa.string()),
        "published_at": (manifest.published_at, pa.timestamp("ms", tz="UTC")),
    }
    with on_disk(bucket, manifest.files) as paths:
        for path in paths:
            for rows in parquet.ParquetFile(path).iter_batches(BATCH_ROWS, columns=list(COLUMNS)):
                batch = pa.Table.from_batches([rows])
                for name, (value, kind) in constants.items():
                    batch = batch.append_column(name, pa.repeat(pa.scalar(value, kind), len(batch)))
                yield batch


@contextmanager
def _staging_table(client: "Client", manifest: PublicationManifest) -> Iterator[str]:
    """An empty table like the real one, for this load alone: concurrent loads of a day cannot mix their rows."""
    name = f"mart.{_STAGING_PREFIX}{re.sub(r'[^0-9a-zA-Z]', '_', manifest.publication_id)}_{secrets.token_hex(4)}"
    client.command(f"CREATE TABLE {name} AS {TABLE}")
    try:
        yield name
    finally:
        client.command(f"DROP TABLE IF EXISTS {name}")


def _drop_abandoned(client: "Client") -> None:
    given = {"prefix": _STAGING_PREFIX, "seconds": ABANDONED_SECONDS}
    for name in column(client, statement_of("features/abandoned_tables"), given):
        client.command(f"DROP TABLE IF EXISTS mart.{name}")
