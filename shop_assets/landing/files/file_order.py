"""Which of two files is newer: by the time of modification that was kept when they were uploaded, then by name.

Names compare as people count: `file2` comes before `file10`.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from shop_assets.object_store.bucket import ObjectSummary

MODIFIED: Final = "modified"
"""The note beside an object (`x-amz-meta-modified`): when its file was last modified, ISO 8601 in UTC."""

_RCLONE: Final = "mtime"
"""The note of rclone and s3fs (`x-amz-meta-mtime`): seconds since the epoch."""

_DIGITS: Final = re.compile(r"\d+", re.ASCII)


def modification_note(seconds: float) -> Mapping[str, str]:
    """Note when a file was modified, to be kept beside its object.

    Args:
        seconds: Since the epoch, as the file system has it.

    Returns:
        The metadata of the object; empty if no date can hold the time.
    """
    try:
        return {MODIFIED: datetime.fromtimestamp(seconds, UTC).isoformat()}
    except (OverflowError, ValueError, OSError):
        return {}


def modification(summary: ObjectSummary) -> datetime:
    """When the file of an object was modified.

    Args:
        summary: The object, with its metadata.

    Returns:
        What was noted when it was uploaded, else when the object was written.
    """
    noted = {name.lower(): value for name, value in summary.metadata.items()}
    try:
        if MODIFIED in noted:
            moment = datetime.fromisoformat(noted[MODIFIED])
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        if _RCLONE in noted:
            return datetime.fromtimestamp(float(noted[_RCLONE]), UTC)
    except (OverflowError, ValueError, OSError):
        pass  # somebody else's note, in a form of its own
    return summary.modified


def natural_order(name: str) -> str:
    """A text that sorts as people count.

    Args:
        name: A file's path.

    Returns:
        The path with its numbers brought to one length.
    """
    return _DIGITS.sub(lambda found: f"{len(found[0].lstrip('0')):04}{found[0].lstrip('0')}:{found[0]}", name)
