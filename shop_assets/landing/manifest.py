"""What is remembered of how landing was filled: who put a kind's documents there, and up to which day a shop goes.

`_manifests/<kind>.json` says where a kind's documents come from. `_manifests/as_of/<shop>.json` is written once for
each kind of shop, by whichever asset comes first: so the four assets agree on the day, and the same shop made again on
another day is the same to the byte.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final, Literal

from shop_assets.documents.kinds import DocumentKind
from shop_assets.landing.generator.shop import Shop
from shop_assets.object_store.bucket import Bucket, ObjectExistsError

PREFIX: Final = "_manifests/"
GENERATOR: Final = "generator"
FOLDER: Final = "folder"

Origin = Literal["generator", "folder"]


@dataclass(frozen=True)
class Manifest:
    """Where a kind's documents come from, and the whole shop that was made, if one was."""

    kind: str
    origin: Origin
    shop: Shop | None = None


def read_manifest(bucket: Bucket, kind: DocumentKind) -> Manifest | None:
    """The kind's manifest, or None. Raises ValueError when it is not one of ours."""
    try:
        content = bucket.get(_key(kind))
    except KeyError:
        return None
    try:
        return _parse(json.loads(content))
    except (ValueError, TypeError, KeyError) as error:
        message = f"s3://{bucket.name}/{_key(kind)} is no manifest of landing ({error}); remove it to go on"
        raise ValueError(message) from error


def write_manifest(bucket: Bucket, kind: DocumentKind, manifest: Manifest) -> None:
    """Puts the manifest in the place of the one before it, if it says something else."""
    if read_manifest(bucket, kind) != manifest:
        content = {"kind": manifest.kind, "origin": manifest.origin, "shop": manifest.shop and asdict(manifest.shop)}
        bucket.put(_key(kind), _json(content), "application/json")


def shared_as_of(bucket: Bucket, shop: Shop) -> date:
    """The day up to which such a shop goes: the one remembered, else the shop's own, remembered from now on."""
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


def _parse(content: dict[str, Any]) -> Manifest:
    shop = content["shop"]
    made = shop and Shop(**shop | {"as_of": date.fromisoformat(shop["as_of"])})
    return Manifest(content["kind"], content["origin"], made)


def _json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, indent=2, default=date.isoformat).encode()
