"""The files of a published partition on this machine's disk, for as long as somebody reads them.

Readers take the files over whole, and only then read: every column of them is needed, and neither polars nor Arrow
then needs to know object storage, its keys and its passing errors.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from shop_assets.features.manifest import Manifest, PartitionError, PublishedFile
from shop_assets.object_store.bucket import Bucket


@contextmanager
def on_disk(bucket: Bucket, files: Sequence[PublishedFile]) -> Iterator[list[Path]]:
    """The files in a temporary folder, in their order; removed at the end.

    Raises PartitionError when one is missing or has another size than its manifest says.
    """
    with tempfile.TemporaryDirectory(prefix="shop_features_") as folder:
        yield [_fetch(bucket, file, Path(folder) / f"{number:05}.parquet") for number, file in enumerate(files)]


def first_rows(bucket: Bucket, manifest: Manifest, count: int) -> list[dict[str, object]]:
    """Some rows of a partition, for people to look at."""
    import polars as pl

    with on_disk(bucket, manifest.files[:1]) as paths:
        return pl.scan_parquet(paths).head(count).collect().to_dicts() if paths else []


def _fetch(bucket: Bucket, file: PublishedFile, target: Path) -> Path:
    found = bucket.find(file.key)
    if found is None or (found.size, found.etag) != (file.bytes, file.etag):
        what = "is missing" if found is None else f"has {found.size} bytes and not {file.bytes}, or other content"
        raise PartitionError(
            f"s3://{bucket.name}/{file.key} {what}, against the manifest of its partition. "
            "Was it published anew meanwhile? Run this again; if it stays so, materialize customer_features_parquet."
        )
    bucket.download(file.key, target)
    return target
