"""Writes the files of one publication with Spark, under names that no other publication has.

Readers do not see them until `publication` writes the manifest.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final, Self

from pydantic import SecretStr

from shop_assets.features.definitions import FEATURE_NAMES
from shop_assets.features.manifest import files_prefix
from shop_assets.object_store.bucket import Bucket
from shop_assets.settings import Settings

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

TEMPORARY: Final = "_temporary/"
PUBLICATION_ID_PATTERN: Final = r"\d{8}T\d{6}Z-[0-9a-f]{8}"
"""A pattern of a publication's id."""

_ATTEMPT_BITS: Final = 31  # Hadoop reads the number of an attempt as a signed 32-bit integer


@dataclass(frozen=True)
class PublicationName:
    """The name of a publication: its files begin with `id`; unfinished ones are in `_temporary/<attempt>`."""

    id: str
    attempt: int

    @classmethod
    def new(cls) -> Self:
        """Create a unique name: the time, for readers, and random digits."""
        now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        return cls(f"{now}-{secrets.token_hex(4)}", secrets.randbits(_ATTEMPT_BITS))

    def temporary_prefix(self, day: date) -> str:
        """The prefix of the unfinished files of this publication."""
        return f"{files_prefix(day)}{TEMPORARY}{self.attempt}/"


@dataclass(frozen=True)
class S3Keys:
    """The key pair with which Spark writes to object storage."""

    access_key: str
    secret_key: SecretStr

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Create the key pair from the settings."""
        return cls(settings.s3_access_key, settings.s3_secret_key)


@dataclass(frozen=True)
class ComputedCounts:
    """Spark's own counts of what it wrote: rows, and ones by feature."""

    rows: int
    ones: dict[str, int]


def write_parquet(
    matrix: "DataFrame", bucket: Bucket, day: date, name: PublicationName, keys: S3Keys
) -> ComputedCounts:
    """Compute the matrix and add its files to the day's folder.

    The files of another publication of the same day stay, even if it is being written at the same time: Hadoop's
    committer would otherwise clear the folder `_temporary`, which all writers of a folder share.

    Args:
        matrix: The matrix, not computed yet.
        bucket: The features bucket.
        day: The partition's day.
        name: The publication's name.
        keys: The keys of object storage.

    Returns:
        What Spark counted while it wrote.
    """
    from pyspark.sql import Observation
    from pyspark.sql import functions as F  # noqa: N812  # the name that PySpark's own documentation gives it

    observation = Observation()
    counted = matrix.observe(
        observation, F.count(F.lit(1)).alias("rows"), *(F.sum(feature).alias(feature) for feature in FEATURE_NAMES)
    )
    counted.write.mode("append").options(
        **{
            "mapreduce.output.basename": name.id,
            "mapreduce.job.application.attempt.id": str(name.attempt),
            "mapreduce.fileoutputcommitter.cleanup.skipped": "true",
            # A task's files are moved to their place when the task ends, instead of all of them by one thread when the
            # job ends. No reader sees them early: the manifest lists the files.
            "mapreduce.fileoutputcommitter.algorithm.version": "2",
            "mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
            "fs.s3a.access.key": keys.access_key,
            "fs.s3a.secret.key": keys.secret_key.get_secret_value(),
        }
    ).parquet(f"s3a://{bucket.name}/{files_prefix(day)}")
    seen = observation.get
    return ComputedCounts(seen["rows"], {feature: seen[feature] or 0 for feature in FEATURE_NAMES})
