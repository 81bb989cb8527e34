"""The mapping of a delivery, kept in landing beside the documents: `_manifests/mapping.json`.

A mapping is given once, with the documents that need it; every later run reads them by it, also one that nobody gave a
mapping, such as the daily one. Another mapping replaces it, and a file without rules ends it.
"""

import json
from typing import Final

from shop_assets.landing.errors import ManifestError, MappingError
from shop_assets.landing.filling.manifest import PREFIX
from shop_assets.landing.mapping.mapping_file import NO_MAPPING, ShopMapping, parse_mapping
from shop_assets.object_store.bucket import Bucket

_KEY: Final = f"{PREFIX}mapping.json"


def stored_mapping(bucket: Bucket) -> ShopMapping:
    """The mapping by which the documents in landing are read.

    Args:
        bucket: The landing bucket.

    Returns:
        The mapping; without rules if none was given.

    Raises:
        ManifestError: The object is not one of ours.
    """
    try:
        content = bucket.get(_KEY)
    except KeyError:
        return NO_MAPPING
    try:
        record = json.loads(content)
        return parse_mapping(str(record["name"]), str(record["text"]))
    except (ValueError, TypeError, KeyError, MappingError) as error:
        message = f"s3://{bucket.name}/{_KEY} is not a mapping of this version ({error}); give the mapping again"
        raise ManifestError(message) from error


def store_mapping(bucket: Bucket, mapping: ShopMapping) -> None:
    """Keep a mapping, unless it is the one that is kept.

    Args:
        bucket: The landing bucket.
        mapping: The mapping, whose name and text are stored.
    """
    content = json.dumps({"name": mapping.name, "text": mapping.text}, ensure_ascii=False).encode()
    try:
        if bucket.get(_KEY) == content:
            return
    except KeyError:
        pass
    bucket.put(_KEY, content, "application/json")
