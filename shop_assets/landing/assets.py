"""The four assets of landing, one per kind of document, all built by the same function.

This module is Dagster's side: the configuration of a run. `filling/sources.py` decides where documents come from,
`inventory/contents.py` counts them, and `metadata.py` has what Dagster shows of them.
"""

import time
from datetime import UTC, date, datetime
from pathlib import Path

from dagster import AssetExecutionContext, AssetsDefinition, Config, Failure, MaterializeResult
from pydantic import Field

from shop_assets.coordination.pools import INGEST
from shop_assets.coordination.progress import progress_reported
from shop_assets.documents.kinds import KINDS, DocumentKind
from shop_assets.landing.errors import FillingError, InvalidShopError, ManifestError, MappingError, SourceFolderError
from shop_assets.landing.filling.sources import FillRequest, fill, mixing_warning, require_documents
from shop_assets.landing.fingerprint import fingerprint
from shop_assets.landing.inventory.contents import count_inventory
from shop_assets.landing.mapping.mapping_file import read_mapping_file
from shop_assets.landing.metadata import fill_metadata
from shop_assets.object_store.resource import ObjectStoreResource
from shop_assets.orchestration.asset_keys import (
    LANDING_GROUP,
    RAW_JSON,
)
from shop_assets.orchestration.asset_metadata import OWNERS
from shop_assets.orchestration.automatic_runs import is_automatic
from shop_assets.orchestration.masked_definitions import asset
from shop_assets.settings import Settings

FINGERPRINT = "landing_fingerprint"
"""The metadata by which the landing sensor knows which objects a run has loaded."""


class LandingConfig(Config):
    """The configuration of a run, the same for its four assets.

    Counts are of the whole generated shop. A field that is not given is taken from the shop in landing, else from the
    default one.
    """

    source_folder: str | None = Field(
        None, description="Import this folder (stores/, products/, customers/, purchases/) and generate nothing."
    )
    mapping: str | None = Field(
        None, description="Read the documents in landing by this mapping file (docs/mapping.md) from now on."
    )
    seed: int | None = Field(None, description="The same seed and counts produce the same documents; 42 by default.")
    stores: int | None = Field(None, ge=0, description="45 by default.")
    products: int | None = Field(None, ge=0, description="100 by default.")
    customers: int | None = Field(None, ge=0, description="90 by default.")
    purchases: int | None = Field(None, ge=0, description="200 by default.")
    as_of: str | None = Field(
        None,
        description="As-of date (ISO 8601, UTC) of what is generated; by default that of this shop's first run.",
    )
    dirty_share: float | None = Field(
        None, ge=0, le=1, description="About this share of the generated documents is dirty; none by default."
    )

    def request(self, mapping: Path | None = None) -> FillRequest:
        """Translate the configuration for `fill`; `mapping` is the settings' own.

        Raises:
            FillingError: `as_of` is not a date.
        """
        return FillRequest(
            source_folder=Path(self.source_folder).expanduser() if self.source_folder else None,
            mapping=Path(self.mapping).expanduser() if self.mapping else mapping,
            seed=self.seed,
            stores=self.stores,
            products=self.products,
            customers=self.customers,
            purchases=self.purchases,
            as_of=_day(self.as_of) if self.as_of else None,
            dirty_share=self.dirty_share,
        )


def build_assets(settings: Settings) -> list[AssetsDefinition]:
    """Build the assets of landing.

    Args:
        settings: The name of the landing bucket, the mapping, and how many processes generate and parse.

    Returns:
        Four assets, one per kind.

    Raises:
        MappingError: The mapping of the settings cannot be used.
    """
    if settings.mapping is not None:
        read_mapping_file(settings.mapping)  # what is wrong in it is said at the start, not by a run
    return [_build_asset(kind, settings) for kind in KINDS]


def _build_asset(kind: DocumentKind, settings: Settings) -> AssetsDefinition:
    mapping, workers = settings.mapping, settings.workers

    @asset(
        key=RAW_JSON[kind],
        group_name=LANDING_GROUP,
        owners=OWNERS,
        kinds={"s3", "json"},
        pool=INGEST,
        description=f"The shop's {kind.name} as JSON files in object storage: generated, imported or delivered.",
        metadata={"dagster/uri": f"s3://{settings.s3_landing_bucket}/{kind.name}/"},
    )
    def raw_documents(
        context: AssetExecutionContext, config: LandingConfig, object_store: ObjectStoreResource
    ) -> MaterializeResult[None]:
        started = time.monotonic()
        bucket = object_store.landing()
        try:
            request = config.request(mapping)
            if is_automatic(context.run.tags):
                require_documents(bucket)
            if mixing := mixing_warning(bucket, kind, request):
                context.log.warning(mixing)
            with progress_reported(context.log.info, "file" if config.source_folder else "document"):
                result = fill(bucket, kind, request, workers)
        except (FillingError, SourceFolderError, InvalidShopError, ManifestError, MappingError) as error:
            raise Failure(str(error), allow_retries=False) from error
        for warning in result.warnings:
            context.log.warning(warning)
        # Before anything is counted or loaded, so that what arrives later counts as new.
        taken = fingerprint(bucket, kind)
        counts = count_inventory(bucket, kind, workers)
        metadata = fill_metadata(bucket, kind, result, counts, time.monotonic() - started)
        return MaterializeResult(metadata=metadata | {FINGERPRINT: str(taken)})

    return raw_documents


def _day(text: str) -> date:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise FillingError(f"as_of {text!r} is not a date; expected one like 2026-05-01") from error
    return (moment.astimezone(UTC) if moment.tzinfo else moment).date()
