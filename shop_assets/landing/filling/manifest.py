"""How landing was filled: who put a kind's documents there, and the as-of date of a generated shop.

`_manifests/<kind>.json` says where a kind's documents come from. `_manifests/as_of/<shop>.json` is written once for
each shop, by whichever asset comes first: so the four assets agree on the day, and the same shop generated on another
day is the same to the byte.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final, Literal, TypeVar

from shop_assets.documents.kinds import DocumentKind
from shop_assets.landing.errors import InvalidShopError, ManifestError
from shop_assets.landing.filling.generator.shop import Shop
from shop_assets.object_store.bucket import Bucket, ObjectExistsError

PREFIX: Final = "_manifests/"
GENERATOR: Final = "generator"
FOLDER: Final = "folder"

Origin = Literal["generator", "folder"]

Record = TypeVar("Record")


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
    return read_record(bucket, _key(kind), _parse, "delete it to continue")


def read_record(bucket: Bucket, key: str, parse: Callable[[dict[str, Any]], Record], remedy: str) -> Record | None:
    """Read a JSON object that an earlier run stored in landing.

    Args:
        bucket: The landing bucket.
        key: The object's key.
        parse: Makes of the JSON object what it stands for.
        remedy: What to do if that is not possible.

    Returns:
        What `parse` returns, or None if there is no such object.

    Raises:
        ManifestError: The object is not one of ours, or damaged.
    """
    try:
        content = bucket.get(key)
    except KeyError:
        return None
    try:
        return parse(json.loads(content))
    except (ValueError, TypeError, KeyError, AttributeError, InvalidShopError) as error:
        message = f"s3://{bucket.name}/{key} is not what a run stores there ({error}); {remedy}"
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
        remedy = "delete it to continue, and a new shop goes up to the day of the next run"
        return read_record(bucket, key, _as_of, remedy) or proposal
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


def _as_of(content: dict[str, Any]) -> date:
    return date.fromisoformat(content["as_of"])


def _json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, indent=2, default=date.isoformat).encode()
