"""The state of landing after a shop was generated: while it holds, generating the shop again would change nothing.

`_manifests/generated/<kind>.json` has what the documents were generated from, and the fingerprint of the objects that
are there since. Whatever is added, changed or removed by anybody changes the fingerprint.
"""

import hashlib
import json
import logging
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NamedTuple

from shop_assets.documents import product_groups
from shop_assets.documents.kinds import DocumentKind
from shop_assets.landing.errors import ManifestError
from shop_assets.landing.files import archives
from shop_assets.landing.files.archives import COMPRESSION
from shop_assets.landing.filling.generated_erasures import ERASED_KEY
from shop_assets.landing.filling.generator.shop import Shop
from shop_assets.landing.filling.manifest import PREFIX, read_record
from shop_assets.landing.fingerprint import Fingerprint, fingerprint
from shop_assets.object_store.bucket import Bucket

LOGGER: Final = logging.getLogger(__name__)

_FOLDER: Final = Path(__file__).parent


class GeneratedState(NamedTuple):
    """What the documents were generated from, and the fingerprint of their objects."""

    made_from: Any
    objects: Any


def generated_objects(bucket: Bucket, shop: Shop, kind: DocumentKind) -> Fingerprint | None:
    """Find out whether landing is still as the generator left it.

    Args:
        bucket: The landing bucket.
        shop: The shop.
        kind: The kind.

    Returns:
        The fingerprint of the kind's objects; None if they must be generated to know that they are right.
    """
    try:
        state = read_record(bucket, _key(kind), _parse, "the shop is generated again")
    except ManifestError as error:
        LOGGER.warning("%s", error)
        return None
    if state is None or state.made_from != _made_from(bucket, shop):
        return None
    found = fingerprint(bucket, kind)
    return found if state.objects == str(found) else None


def note_generated(bucket: Bucket, shop: Shop, kind: DocumentKind) -> None:
    """Note that landing has all documents of a kind.

    Args:
        bucket: The landing bucket.
        shop: The shop that was generated.
        kind: The kind.
    """
    state = {"made_from": _made_from(bucket, shop), "objects": str(fingerprint(bucket, kind))}
    bucket.put(_key(kind), json.dumps(state, indent=2).encode(), "application/json")


def _parse(state: dict[str, Any]) -> GeneratedState:
    return GeneratedState(state.get("made_from"), state.get("objects"))


def _key(kind: DocumentKind) -> str:
    return f"{PREFIX}generated/{kind.name}.json"


def _made_from(bucket: Bucket, shop: Shop) -> dict[str, Any]:
    erased = bucket.find(ERASED_KEY)
    return {
        "shop": {name: str(value) for name, value in asdict(shop).items()},
        "generator": _generator(),
        "erased": "" if erased is None else erased.etag,
    }


@cache
def _generator() -> str:
    """A digest of all code that the documents and their bytes depend on, and of the library whose names they have."""
    files = [
        *sorted((_FOLDER / "generator").glob("*.py")),
        _FOLDER / "shop_writing.py",
        Path(archives.__file__),
        Path(product_groups.__file__),
    ]
    code = b"\0".join(file.read_bytes() for file in files)
    return f"{hashlib.sha256(code).hexdigest()[:16]} gzip {COMPRESSION} faker {version('faker')}"
