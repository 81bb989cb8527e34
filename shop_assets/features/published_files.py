"""The files of a publication on this machine's disk, while they are being read.

Readers download the files first and then read them: they need every column, and neither polars nor Arrow has to handle
object storage, its keys and its transient errors.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from shop_assets.features.errors import PublicationError
from shop_assets.features.manifest import PublicationManifest, PublishedFile
from shop_assets.language.counts import counted
from shop_assets.object_store.bucket import Bucket
from shop_assets.orchestration.asset_keys import CUSTOMER_FEATURES_PARQUET
from shop_assets.temporary_folders import temporary_folder


@contextmanager
def on_disk(bucket: Bucket, files: Sequence[PublishedFile]) -> Iterator[list[Path]]:
    """Download files for the block.

    Args:
        bucket: The features bucket.
        files: The files of a manifest.

    Yields:
        Their paths in a temporary folder, in the same order; the folder is removed at the end.

    Raises:
        PublicationError: A file is missing, or is not the one in the manifest.
    """
    with temporary_folder("shop_features_") as folder:
        yield [_fetch(bucket, file, folder / f"{number:05}.parquet") for number, file in enumerate(files)]


def first_rows(bucket: Bucket, manifest: PublicationManifest, count: int) -> list[dict[str, object]]:
    """The first rows of a publication, as samples for the asset's page."""
    import polars as pl

    with on_disk(bucket, manifest.files[:1]) as paths:
        return pl.scan_parquet(paths).head(count).collect().to_dicts() if paths else []


def _fetch(bucket: Bucket, file: PublishedFile, target: Path) -> Path:
    found = bucket.find(file.key)
    if found is None or (found.size, found.etag) != (file.bytes, file.etag):
        what = (
            "is missing"
            if found is None
            else f"has {counted(found.size, 'byte')} and not {file.bytes:,}, or other content"
        )
        raise PublicationError(
            f"s3://{bucket.name}/{file.key} {what}: it does not match the manifest of its publication. Was the day "
            "published again in the meantime? Run this again; if the error remains, materialize "
            f"{CUSTOMER_FEATURES_PARQUET.to_user_string()}."
        )
    bucket.download(file.key, target)
    return target
