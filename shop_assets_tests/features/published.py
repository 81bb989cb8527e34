"""Partitions published by hand, without Spark: any table as Parquet files, and a manifest that names them."""

import io
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from shop_assets.features.definitions import COLUMN_TYPES, COLUMNS, FEATURE_NAMES
from shop_assets.features.manifest import Column, Inputs, PublicationManifest, PublishedFile, files_prefix
from shop_assets.features.parquet_writing import PublicationName
from shop_assets.features.windows import as_of
from shop_assets.object_store.bucket import Bucket

SCHEMA = pa.schema({"customer_id": pa.string(), **dict.fromkeys(FEATURE_NAMES, pa.int8())})


def row(customer_id: str, *ones: str) -> dict[str, Any]:
    """A customer of whom these features are 1."""
    return {"customer_id": customer_id, **{name: int(name in ones) for name in FEATURE_NAMES}}


def publish_by_hand(
    bucket: Bucket,
    day: date,
    tables: list[pa.Table],
    published_at: datetime | None = None,
    timezone: str = "UTC",
) -> PublicationManifest:
    """Publishes the tables as one file each, whatever they hold."""
    name = PublicationName.new()
    files = [put_file(bucket, day, name, number, table) for number, table in enumerate(tables)]
    manifest = PublicationManifest(
        ds=day,
        publication_id=name.id,
        published_at=published_at or datetime.now(UTC),
        run_id="by hand",
        inputs=Inputs(
            as_of=as_of(day, timezone),
            timezone=timezone,
            feature_code_version="0",
            mart_customers=0,
            mart_baskets=0,
            mart_hash="0",
        ),
        rows=sum(len(table) for table in tables),
        ones={name: sum(_ones(table, name) for table in tables) for name in FEATURE_NAMES},
        columns=tuple(Column(name=column, type=COLUMN_TYPES[column]) for column in COLUMNS),
        files=tuple(files),
    )
    manifest.write(bucket)
    return manifest


def _ones(table: pa.Table, name: str) -> int:
    return table[name].to_pylist().count(1) if name in table.column_names else 0


def put_file(bucket: Bucket, day: date, name: PublicationName, number: int, table: pa.Table) -> PublishedFile:
    """Puts one file of a publication, and publishes nothing."""
    content = io.BytesIO()
    parquet.write_table(table, content)
    key = f"{files_prefix(day)}{name.id}-{number:05}-c000.snappy.parquet"
    bucket.put(key, content.getvalue(), "application/octet-stream")
    found = bucket.find(key)
    assert found is not None
    return PublishedFile(key=key, etag=found.etag, bytes=found.size, rows=len(table))


def rows_table(*rows: dict[str, Any]) -> pa.Table:
    """Rows as a table of the matrix's columns."""
    return pa.Table.from_pylist(list(rows), SCHEMA)
