"""Makes a computed partition visible: its files are counted, then its manifest is written in one PUT."""

from datetime import UTC, date, datetime

from shop_assets.features.definitions import COLUMN_TYPES
from shop_assets.features.manifest import Column, Inputs, Manifest, PartitionError, PublishedFile, files_prefix
from shop_assets.features.parquet_writing import ComputedCounts, PublicationName
from shop_assets.features.published_files import on_disk
from shop_assets.object_store.bucket import Bucket


def publish(
    bucket: Bucket, day: date, name: PublicationName, computed: ComputedCounts, inputs: Inputs, run_id: str
) -> Manifest:
    """Publishes the files that were written under `name` as the partition of a day; gives the new manifest.

    Raises PartitionError, and publishes nothing, when the files do not hold a row for each customer that the MART had
    and that Spark counted.
    """
    files = _count(bucket, written_files(bucket, day, name))
    rows = sum(file.rows for file in files)
    if not rows == computed.rows == inputs.mart_customers:
        raise PartitionError(
            f"The features of {day} were not published: the MART has {inputs.mart_customers} customers, Spark "
            f"computed {computed.rows} rows, and its {len(files)} files hold {rows}. "
            "Materialize customer_features_parquet again."
        )
    manifest = Manifest(
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
    """Removes what was written under `name` and never published."""
    bucket.delete(file.key for file in written_files(bucket, day, name))
    bucket.delete(entry.key for entry in bucket.list(name.temporary_prefix(day)))


def is_complete(bucket: Bucket, manifest: Manifest) -> bool:
    """Whether every file of a published partition lies where its manifest says."""
    found = {entry.key: (entry.size, entry.etag) for entry in bucket.list(files_prefix(manifest.ds))}
    return all(found.get(file.key) == (file.bytes, file.etag) for file in manifest.files)


def written_files(bucket: Bucket, day: date, name: PublicationName) -> list[PublishedFile]:
    """The files under `name`, in the order of their keys; their rows are not counted yet."""
    entries = sorted(bucket.list(f"{files_prefix(day)}{name.id}-"), key=lambda entry: entry.key)
    return [PublishedFile(key=entry.key, etag=entry.etag, bytes=entry.size, rows=0) for entry in entries]


def _count(bucket: Bucket, files: list[PublishedFile]) -> tuple[PublishedFile, ...]:
    from pyarrow import parquet

    with on_disk(bucket, files) as paths:
        return tuple(
            file.model_copy(update={"rows": parquet.read_metadata(path).num_rows})
            for file, path in zip(files, paths, strict=True)
        )
