"""The manifest of a publication: its files, and the inputs from which they were computed.

Only what the manifest lists belongs to the publication. Readers read the manifest first and then exactly its files:
they see a complete publication, old or new, even if there are files of another one.
"""

from datetime import date
from typing import Final, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from shop_assets.features.definitions import FEATURE_NAMES
from shop_assets.features.errors import PublicationError, UnreadableManifestError
from shop_assets.object_store.bucket import Bucket
from shop_assets.orchestration.asset_keys import CUSTOMER_FEATURES_PARQUET

FOLDER: Final = "customer_features"
FILES_PREFIX: Final = f"{FOLDER}/"
MANIFESTS_PREFIX: Final = f"_manifests/{FOLDER}/"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PublishedFile(_Record):
    """A Parquet file of a publication."""

    key: str
    etag: str
    bytes: int
    rows: int


class Inputs(_Record):
    """The inputs of a publication: equal inputs give equal values."""

    as_of: AwareDatetime
    timezone: str
    feature_code_version: str
    mart_customers: int
    mart_baskets: int
    mart_hash: str


class Column(_Record):
    """A column of the files: its name and Spark's name of its type."""

    name: str
    type: str


class PublicationManifest(_Record):
    """The publication of a day."""

    ds: date
    publication_id: str
    published_at: AwareDatetime
    run_id: str
    inputs: Inputs
    rows: int
    ones: dict[str, int]
    columns: tuple[Column, ...]
    files: tuple[PublishedFile, ...]

    @property
    def bytes(self) -> int:
        """The size of all files."""
        return sum(file.bytes for file in self.files)

    @classmethod
    def read(cls, bucket: Bucket, day: date) -> Self | None:
        """The publication of a day, whatever features it has.

        Args:
            bucket: The features bucket.
            day: The partition's day.

        Returns:
            The manifest; None when the day was never published.

        Raises:
            UnreadableManifestError: The object is not a manifest of this version.
        """
        try:
            content = bucket.get(manifest_key(day))
        except KeyError:
            return None
        try:
            return cls.model_validate_json(content)
        except ValidationError as error:
            message = f"s3://{bucket.name}/{manifest_key(day)} is not a manifest of this version: {error}"
            message = f"{message}. Materialize {CUSTOMER_FEATURES_PARQUET.to_user_string()} for {day} again."
            raise UnreadableManifestError(message) from error

    @classmethod
    def require(cls, bucket: Bucket, day: date) -> Self:
        """The publication of a day, with all features that are defined now.

        A day that was published before a feature was defined is not read in part, nor filled with zeros: its next
        materialization computes it again, because the version of the feature code changed.

        Args:
            bucket: The features bucket.
            day: The partition's day.

        Returns:
            The manifest.

        Raises:
            PublicationError: The day was never published, its manifest is unreadable, or features are missing in it.
        """
        manifest = cls.read(bucket, day)
        if manifest is None:
            raise PublicationError(
                f"The features of {day} were never published (no s3://{bucket.name}/{manifest_key(day)}). "
                f"Materialize {CUSTOMER_FEATURES_PARQUET.to_user_string()} for {day} first."
            )
        published = {column.name for column in manifest.columns}
        missing = [name for name in FEATURE_NAMES if name not in published]
        if missing:
            raise PublicationError(
                f"The features of {day} were published before {', '.join(missing)} was defined. Materialize "
                f"{CUSTOMER_FEATURES_PARQUET.to_user_string()} for {day} again."
            )
        return manifest

    def write(self, bucket: Bucket) -> None:
        """Publish with one PUT: before it readers see the old publication, after it the new one.

        Args:
            bucket: The features bucket.
        """
        bucket.put(manifest_key(self.ds), self.model_dump_json(indent=1).encode(), "application/json")


def manifest_key(day: date) -> str:
    """The key of a day's manifest in the features bucket."""
    return f"{MANIFESTS_PREFIX}ds={day.isoformat()}.json"


def files_prefix(day: date) -> str:
    """The prefix of a day's files in the features bucket."""
    return f"{FILES_PREFIX}ds={day.isoformat()}/"
