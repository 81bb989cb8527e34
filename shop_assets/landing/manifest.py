"""How landing was filled: who put a kind's documents there, and the as-of date of a generated shop.

`_manifests/<kind>.json` says where a kind's documents come from. `_manifests/as_of/<shop>.json` is written once for
each shop, by whichever asset comes first: so the four assets agree on the day, and the same shop generated on another
day is the same to the byte.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final, Literal

from shop_assets.documents.kinds import DocumentKind
from shop_assets.errors import ShopError
from shop_assets.landing.generator.shop import InvalidShopError, Shop
from shop_assets.object_store.bucket import Bucket, ObjectExistsError

PREFIX: Final = "_manifests/"
GENERATOR: Final = "generator"
FOLDER: Final = "folder"

Origin = Literal["generator", "folder"]


class ManifestError(ShopError):
    """A landing manifest cannot be read; the message says which, and what to do."""


@dataclass(frozen=True)
class LandingManifest:
    """Where a kind's documents come from, and the whole shop that was generated, if one was."""

    kind: str
    origin: Origin
    shop: Shop | None = None


def read_manifest(bucket: Bucket, kind: DocumentKind) -> LandingManifest | None:
    """Read how a kind's documents got into landing.

    Args:
        bucket: The landing bucket.
        kind: The kind.

    Returns:
        The manifest, or None if there is none.

    Raises:
        ManifestError: The object is not one of ours.
    """
    try:
        content = bucket.get(_key(kind))
    except KeyError:
        return None
    try:
        return _parse(json.loads(content))
    except (ValueError, TypeError, KeyError, InvalidShopError) as error:
        message = f"s3://{bucket.name}/{_key(kind)} is not a landing manifest ({error}); delete it to continue"
        raise ManifestError(message) from error


def write_manifest(bucket: Bucket, kind: DocumentKind, manifest: LandingManifest) -> None:
    """Replace the manifest if it differs."""
    if read_manifest(bucket, kind) != manifest:
        content = {"kind": manifest.kind, "origin": manifest.origin, "shop": manifest.shop and asdict(manifest.shop)}
        bucket.put(_key(kind), _json(content), "application/json")


def shared_as_of(bucket: Bucket, shop: Shop) -> date:
    """The as-of date of such a shop: the recorded one, else the shop's own, which is recorded now."""
    key = f"{PREFIX}as_of/{_name(shop)}.json"
    proposal = shop.as_of
    try:
        bucket.put_new(key, _json({"as_of": proposal.isoformat()}), "application/json")
    except ObjectExistsError:
        return date.fromisoformat(json.loads(bucket.get(key))["as_of"])
    return proposal


def _key(kind: DocumentKind) -> str:
    return f"{PREFIX}{kind.name}.json"


def _name(shop: Shop) -> str:
    counts = f"{shop.stores}-stores-{shop.products}-products-{shop.customers}-customers-{shop.purchases}-purchases"
    return f"seed-{shop.seed}-{counts}-dirty-{shop.dirty_share:g}"


def _parse(content: dict[str, Any]) -> LandingManifest:
    shop = content["shop"]
    made = shop and Shop(**shop | {"as_of": date.fromisoformat(shop["as_of"])})
    return LandingManifest(content["kind"], content["origin"], made)


def _json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, indent=2, default=date.isoformat).encode()
