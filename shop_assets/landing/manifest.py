"""What is remembered of how landing was filled: who put a kind's documents there, and up to which day a shop goes.

`_manifests/<kind>.json` says where a kind's documents come from. `_manifests/as_of/<shop>.json` is written once for
each kind of shop, by whichever asset comes first: so the four assets agree on the day, and the same shop made again on
another day is the same to the byte.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final, Literal

from shop_assets.documents.kinds import DocumentKind
from shop_assets.landing.bucket import Bucket, ObjectExistsError
from shop_assets.landing.generator.shop import Shop

PREFIX: Final = "_manifests/"
GENERATOR: Final = "generator"
FOLDER: Final = "folder"

Origin = Literal["generator", "folder"]


@dataclass(frozen=True)
class Manifest:
    """Where a kind's documents come from; the numbers are those of the whole shop that was made, if one was."""

    kind: str
    origin: Origin
    seed: int | None = None
    stores: int | None = None
    products: int | None = None
    customers: int | None = None
    purchases: int | None = None
    as_of: str | None = None
    dirty_share: float | None = None


def of_shop(kind: DocumentKind, shop: Shop) -> Manifest:
    """The manifest of a made-up shop's documents."""
    return Manifest(
        kind.name,
        GENERATOR,
        shop.seed,
        shop.stores,
        shop.products,
        shop.customers,
        shop.purchases,
        shop.as_of.isoformat(),
        shop.dirty_share,
    )


def read_manifest(bucket: Bucket, kind: DocumentKind) -> Manifest | None:
    """The kind's manifest, or None. Raises ValueError when it is not one of ours."""
    try:
        content = bucket.get(_key(kind))
    except KeyError:
        return None
    try:
        return Manifest(**json.loads(content))
    except (ValueError, TypeError) as error:
        message = f"s3://{bucket.name}/{_key(kind)} is no manifest of landing ({error}); remove it to go on"
        raise ValueError(message) from error


def write_manifest(bucket: Bucket, kind: DocumentKind, manifest: Manifest) -> None:
    """Puts the manifest in the place of the one before it, if it says something else."""
    if read_manifest(bucket, kind) != manifest:
        bucket.put(_key(kind), _json(asdict(manifest)), "application/json")


def agreed_as_of(bucket: Bucket, name: str, proposal: date) -> date:
    """The day up to which the shop of this name goes: the one remembered, else the proposal, remembered from now on."""
    key = f"{PREFIX}as_of/{name}.json"
    try:
        bucket.put_new(key, _json({"as_of": proposal.isoformat()}), "application/json")
    except ObjectExistsError:
        return date.fromisoformat(json.loads(bucket.get(key))["as_of"])
    return proposal


def _key(kind: DocumentKind) -> str:
    return f"{PREFIX}{kind.name}.json"


def _json(value: dict[str, object]) -> bytes:
    return json.dumps(value, indent=2).encode()
