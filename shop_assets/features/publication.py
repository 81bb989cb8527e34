"""Publishes a computed partition: counts the rows of its files, then writes its manifest with one PUT."""

from datetime import UTC, date, datetime

from shop_assets.features.definitions import COLUMN_TYPES
from shop_assets.features.errors import PublicationError
from shop_assets.features.manifest import Column, Inputs, PublicationManifest, PublishedFile, files_prefix
from shop_assets.features.parquet_writing import ComputedCounts, PublicationName
from shop_assets.features.published_files import on_disk
from shop_assets.language.counts import counted
from shop_assets.object_store.bucket import Bucket
from shop_assets.orchestration.asset_keys import CUSTOMER_FEATURES_PARQUET


def publish(
    bucket: Bucket, day: date, name: PublicationName, computed: ComputedCounts, inputs: Inputs, run_id: str
) -> PublicationManifest:
    """Publish the files that were written under `name` as the publication of a day.

    Args:
        bucket: The features bucket.
        day: The partition's day.
        name: The publication's name.
        computed: What Spark counted.
        inputs: What the matrix was computed from.
        run_id: Dagster's id of the run.

    Returns:
        The new manifest.

    Raises:
        PublicationError: The files, Spark's count and MART's customers are not the same number of rows; nothing is
            published.
    """
    files = _count(bucket, written_files(bucket, day, name))
    rows = sum(file.rows for file in files)
    if not rows == computed.rows == inputs.mart_customers:
        raise PublicationError(
            f"The features of {day} were not published: MART has {counted(inputs.mart_customers, 'customer')}, Spark "
            f"computed {counted(computed.rows, 'row')}, and {rows:,} of them are in {counted(len(files), 'file')}. "
            f"Materialize {CUSTOMER_FEATURES_PARQUET.to_user_string()} again."
        )
    manifest = PublicationManifest(
        ds=day,
        publication_id=name.id,
        published_at=datetime.now(UTC),
        run_id=run_id,
        inputs=inputs,
        rows=rows,
        ones=computed.ones,
        columns=tuple(Column(name=column, type=kind) for column, kind in COLUMN_TYPES.items()),
        files=files,
    )
    manifest.write(bucket)
    bucket.delete(entry.key for entry in bucket.list(name.temporary_prefix(day)))
    return manifest


def discard(bucket: Bucket, day: date, name: PublicationName) -> None:
    """Remove the files of a publication that was not published."""
    bucket.delete(file.key for file in written_files(bucket, day, name))
    bucket.delete(entry.key for entry in bucket.list(name.temporary_prefix(day)))


def is_complete(bucket: Bucket, manifest: PublicationManifest) -> bool:
    """Whether every file of a publication exists unchanged.

    Args:
        bucket: The features bucket.
        manifest: The publication.

    Returns:
        True when all sizes and ETags are those of the manifest.
    """
    found = {entry.key: (entry.size, entry.etag) for entry in bucket.list(files_prefix(manifest.ds))}
    return all(found.get(file.key) == (file.bytes, file.etag) for file in manifest.files)


def written_files(bucket: Bucket, day: date, name: PublicationName) -> list[PublishedFile]:
    """The files of a publication in the order of their keys; `rows` is 0 until they are counted."""
    entries = sorted(bucket.list(f"{files_prefix(day)}{name.id}-"), key=lambda entry: entry.key)
    return [PublishedFile(key=entry.key, etag=entry.etag, bytes=entry.size, rows=0) for entry in entries]


def _count(bucket: Bucket, files: list[PublishedFile]) -> tuple[PublishedFile, ...]:
    from pyarrow import parquet

    with on_disk(bucket, files) as paths:
        return tuple(
            file.model_copy(update={"rows": parquet.read_metadata(path).num_rows})
            for file, path in zip(files, paths, strict=True)
        )
