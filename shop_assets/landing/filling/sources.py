"""Where a kind's documents come from, and how they get into landing.

There are three ways: a user's folder is imported; a shop is generated; or landing keeps what was delivered to it. One
rule decides: the generator never adds to documents of any kind that it did not make, because its customers and
purchases would refer to a shop that is not there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from shop_assets.documents.kinds import CUSTOMERS, KINDS, DocumentKind
from shop_assets.landing.errors import FillingError
from shop_assets.landing.filling.folder_import import import_folder
from shop_assets.landing.filling.generated_state import generated_objects, note_generated
from shop_assets.landing.filling.generator.shop import Shop, default_shop
from shop_assets.landing.filling.manifest import (
    FOLDER,
    GENERATOR,
    LandingManifest,
    read_manifest,
    shared_as_of,
    write_manifest,
)
from shop_assets.landing.filling.source_folder import survey
from shop_assets.landing.filling.writing import WriteCounts
from shop_assets.landing.mapping.mapping_file import read_mapping_file
from shop_assets.landing.mapping.stored_mapping import store_mapping
from shop_assets.object_store.bucket import Bucket

_NOT_SHOP_FIELDS: Final = frozenset({"source_folder", "mapping"})
_FIRST_STEP: Final = CUSTOMERS
"""The kind whose step Dagster runs first, by name: its warning comes before any file is copied."""

_SHOWN: Final = 20
"""How many of the paths that are not looked at are named."""


@dataclass(frozen=True)
class FillRequest:
    """What a run asks for; None is left open. Counts are of the whole shop, whichever kind is filled."""

    source_folder: Path | None = None
    mapping: Path | None = None
    seed: int | None = None
    stores: int | None = None
    products: int | None = None
    customers: int | None = None
    purchases: int | None = None
    as_of: date | None = None
    dirty_share: float | None = None

    @property
    def shop_fields(self) -> dict[str, Any]:
        """What is requested of the shop, by the names of its fields."""
        return {name: value for name, value in vars(self).items() if name not in _NOT_SHOP_FIELDS and value is not None}


@dataclass(frozen=True)
class FillResult:
    """How a kind was filled. `origin` is `generator`, `folder`, or `delivered` when landing was left unchanged."""

    origin: str
    written: WriteCounts
    shop: Shop | None = None
    warnings: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def fill(bucket: Bucket, kind: DocumentKind, request: FillRequest, workers: int = 1) -> FillResult:
    """Put the kind's documents into landing as the request says, or keep what was delivered.

    `workers` processes generate the documents.

    Raises:
        FillingError: A particular shop is requested where other documents are.
        SourceFolderError: The folder cannot be used.
        InvalidShopError: There can be no such shop.
        ManifestError: A landing manifest cannot be read.
        MappingError: The mapping cannot be used.
    """
    if request.mapping is not None:
        store_mapping(bucket, read_mapping_file(request.mapping))
    if request.source_folder is not None:
        return _import_folder(bucket, kind, request.source_folder)
    delivered = [other.name for other in KINDS if _is_delivered(bucket, other)]
    if not delivered:
        return _generate(bucket, kind, request, workers)
    if not request.shop_fields:
        return FillResult("delivered", WriteCounts())
    message = (
        f"s3://{bucket.name} holds {', '.join(delivered)} that were not generated, and generated documents would "
        "mix with them. Run without seed and counts to use the existing documents, or choose an empty bucket "
        "(SHOP_S3_LANDING_BUCKET)."
    )
    raise FillingError(message)


def require_documents(bucket: Bucket) -> None:
    """Refuse to fill an empty landing: a run that nobody started must not make up a shop where documents are lost.

    Args:
        bucket: The landing bucket.

    Raises:
        FillingError: No document was ever delivered, imported or generated there.
        ManifestError: A landing manifest cannot be read.
    """
    if any(read_manifest(bucket, kind) is not None or _is_delivered(bucket, kind) for kind in KINDS):
        return
    raise FillingError(
        f"s3://{bucket.name} is empty, and scheduled runs do not generate a shop: deliver documents, check "
        "SHOP_S3_LANDING_BUCKET, or launch the first run yourself (a new one, not this one again)."
    )


def mixing_warning(bucket: Bucket, kind: DocumentKind, request: FillRequest) -> str | None:
    """Say that an import adds to a generated shop, before it does; once for the four kinds.

    Args:
        bucket: The landing bucket.
        kind: The kind that is about to be filled.
        request: What the run asks for.

    Returns:
        The warning, with what to do instead; None if nothing mixes, or another kind's step says it.

    Raises:
        ManifestError: A landing manifest cannot be read.
    """
    if request.source_folder is None or kind != _FIRST_STEP:
        return None
    manifests = (read_manifest(bucket, other) for other in KINDS)
    if not any(manifest is not None and manifest.origin == GENERATOR for manifest in manifests):
        return None
    return (
        "Landing holds a generated shop as well, and its documents are loaded together with yours; to keep yours "
        "apart: set SHOP_HOME to a new folder; to start over: shop down --delete-data"
    )


def _is_delivered(bucket: Bucket, kind: DocumentKind) -> bool:
    manifest = read_manifest(bucket, kind)
    if manifest is not None:
        return manifest.origin != GENERATOR
    return any(True for _ in bucket.list(f"{kind.name}/"))


def _generate(bucket: Bucket, kind: DocumentKind, request: FillRequest, workers: int) -> FillResult:
    from shop_assets.landing.filling.shop_writing import write_shop

    shop = _requested_shop(bucket, kind, request)
    # Written first: if this run is killed, what it left is known to be generated.
    write_manifest(bucket, kind, LandingManifest(kind.name, GENERATOR, shop))
    present = generated_objects(bucket, shop, kind)
    if present is not None:
        return FillResult(GENERATOR, WriteCounts(unchanged=present.objects), shop)
    written = write_shop(bucket, shop, kind, workers)
    note_generated(bucket, shop, kind)
    return FillResult(GENERATOR, written, shop)


def _requested_shop(bucket: Bucket, kind: DocumentKind, request: FillRequest) -> Shop:
    """The shop in landing, or the default one, with what the request changes.

    So a run that requests nothing, such as the daily one, generates the same shop again and writes nothing.
    """
    today = datetime.now(UTC).date()
    if request.as_of is not None and request.as_of > today:
        raise FillingError(
            f"as_of {request.as_of} is later than today ({today}, UTC): documents would be in the future"
        )
    known = _known_shop(bucket, kind)
    asked = replace(known or default_shop(today), **request.shop_fields)
    if request.as_of is not None or asked == known:
        return asked
    return replace(asked, as_of=shared_as_of(bucket, replace(asked, as_of=today)))


def _known_shop(bucket: Bucket, kind: DocumentKind) -> Shop | None:
    """The shop of this kind's documents, or of another kind's that was filled before."""
    for other in (kind, *KINDS):
        manifest = read_manifest(bucket, other)
        if manifest is not None and manifest.shop is not None:
            return manifest.shop
    return None


def _import_folder(bucket: Bucket, kind: DocumentKind, folder: Path) -> FillResult:
    source = survey(folder)
    # Said once for the whole folder, by the first of the four assets.
    warnings = _not_looked_at("the source folder", len(source.left_out), source.left_out) if kind == KINDS[0] else []
    if kind not in source.kinds:
        warnings.append(f"The source folder has no {kind.name}/: landing is unchanged.")
        return FillResult("delivered", WriteCounts(), warnings=warnings)
    # Written first: if this run is killed, the files that it left are not taken for generated ones.
    write_manifest(bucket, kind, LandingManifest(kind.name, FOLDER))
    folder_import = import_folder(bucket, folder, kind)
    warnings += _not_looked_at(f"{kind.name}/", folder_import.skipped.total(), folder_import.problems)
    return FillResult(FOLDER, folder_import.written, warnings=warnings, skipped=folder_import.problems)


def _not_looked_at(where: str, count: int, paths: Sequence[str]) -> list[str]:
    if not count:
        return []
    shown = list(paths[:_SHOWN])
    more = f"; and {count - len(shown)} more" if count > len(shown) else ""
    return [f"Not looked at in {where}: {'; '.join(shown)}{more}."]
