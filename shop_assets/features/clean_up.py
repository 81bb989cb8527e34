"""Removes files that no reader uses any longer: of older publications, and of runs that were killed.

The rule needs no state of its own. If a partition's manifest does not list a file, an older file was superseded by the
manifest, and a newer one belongs to a publication that is in progress or was killed. A day with an unreadable manifest
is left alone until it is published again.
"""

import logging
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from shop_assets.features.errors import UnreadableManifestError
from shop_assets.features.manifest import FILES_PREFIX, MANIFESTS_PREFIX, PublicationManifest, manifest_key
from shop_assets.features.parquet_writing import PUBLICATION_ID_PATTERN, TEMPORARY
from shop_assets.object_store.bucket import Bucket

LOGGER: Final = logging.getLogger(__name__)

READERS_GRACE: Final = timedelta(hours=1)
"""How long a reader may use an old manifest: it copies the files at its start, which takes minutes at most."""

UNFINISHED_GRACE: Final = timedelta(hours=24)
"""When a publication without a manifest counts as killed: far longer than the computation of a day takes."""


_PLACE: Final = re.compile(
    rf"{FILES_PREFIX}ds=(?P<day>\d{{4}}-\d\d-\d\d)/(?P<publication>{PUBLICATION_ID_PATTERN}(?=-)|{TEMPORARY}).*"
)


@dataclass(frozen=True)
class CleanUpResult:
    """The number and size of the files that were removed."""

    files: int
    bytes: int


@dataclass(frozen=True)
class _Entry:
    key: str
    publication: str
    bytes: int
    modified: datetime


def clean_up(bucket: Bucket, now: datetime) -> CleanUpResult:
    """Remove the superseded and abandoned files of all partitions whose grace period is over.

    Costs a listing (a request per thousand files) and the manifests of partitions with several publications.

    Args:
        bucket: The features bucket.
        now: The present time.

    Returns:
        How much was removed.
    """
    removed = [
        entry
        for day, entries in _days_with_several_publications(bucket).items()
        for entry in _removable(bucket, day, entries, now)
    ]
    bucket.delete(entry.key for entry in removed)
    return CleanUpResult(len(removed), sum(entry.bytes for entry in removed))


def _removable(bucket: Bucket, day: date, entries: list[_Entry], now: datetime) -> Iterator[_Entry]:
    try:
        manifest = PublicationManifest.read(bucket, day)
    except UnreadableManifestError as error:  # which files it lists is unknown
        LOGGER.warning("Files of %s are not cleaned up: %s", day, error)
        return
    named = {file.key for file in manifest.files} if manifest else set()
    for entry in entries:
        if entry.key in named:
            continue
        is_superseded = manifest is not None and entry.modified < manifest.published_at
        since, grace = (
            (manifest.published_at, READERS_GRACE)
            if manifest is not None and is_superseded
            else (entry.modified, UNFINISHED_GRACE)
        )
        if now - since > grace:
            yield entry


def _days_with_several_publications(bucket: Bucket) -> dict[date, list[_Entry]]:
    """The files of each day that has files of several publications, or files and no manifest."""
    published = {entry.key for entry in bucket.list(MANIFESTS_PREFIX)}
    by_day: dict[date, list[_Entry]] = defaultdict(list)
    for day, entry in _entries(bucket):
        by_day[day].append(entry)
    return {
        day: entries
        for day, entries in by_day.items()
        if manifest_key(day) not in published or len({entry.publication for entry in entries}) > 1
    }


def _entries(bucket: Bucket) -> Iterator[tuple[date, _Entry]]:
    for found in bucket.list(FILES_PREFIX):
        place = _PLACE.fullmatch(found.key)
        if place is not None:  # other files are not ours
            yield (
                date.fromisoformat(place["day"]),
                _Entry(found.key, place["publication"], found.size, found.modified),
            )
