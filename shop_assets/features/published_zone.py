"""The time zone in which the newest day was published, beside that of a run.

A variable that was set in one shell and forgotten in the next changes what a day is: nothing else would say so.
"""

from datetime import date
from typing import Final

from shop_assets.features.errors import UnreadableManifestError
from shop_assets.features.manifest import MANIFESTS_PREFIX, PublicationManifest
from shop_assets.object_store.bucket import Bucket
from shop_assets.settings import variable

_KEY_START: Final = f"{MANIFESTS_PREFIX}ds="
_KEY_END: Final = ".json"


def zone_warning(bucket: Bucket, timezone: str) -> str | None:
    """Compare the time zone of a run with that of the newest published day. Costs a listing and one manifest.

    Args:
        bucket: The features bucket.
        timezone: The business time zone of the run.

    Returns:
        What to warn of; None if the zones are equal, nothing is published, or the newest manifest cannot be read.
    """
    newest = max(_published_days(bucket), default=None)
    if newest is None:
        return None
    try:
        manifest = PublicationManifest.read(bucket, newest)
    except UnreadableManifestError:  # whoever reads that day says so
        return None
    if manifest is None or manifest.inputs.timezone == timezone:
        return None
    return (
        f"{newest} was published in {manifest.inputs.timezone}, this run uses {timezone}: "
        f"set {variable('timezone')} in every command"
    )


def _published_days(bucket: Bucket) -> list[date]:
    found = []
    for entry in bucket.list(_KEY_START):
        try:
            found.append(date.fromisoformat(entry.key.removeprefix(_KEY_START).removesuffix(_KEY_END)))
        except ValueError:  # another file
            continue
    return found
