"""The metadata on the pages of the matrix's assets."""

from typing import Final

from shop_assets.features.daily_matrix import PublishedDay
from shop_assets.features.definitions import COLUMN_DESCRIPTIONS, COLUMN_SOURCES, COLUMN_TYPES, COLUMNS, FEATURES
from shop_assets.features.manifest import PublicationManifest, manifest_key
from shop_assets.features.published_files import first_rows
from shop_assets.features.warehouse_load import TABLE, LoadedDay
from shop_assets.language.counts import counted
from shop_assets.object_store.bucket import Bucket
from shop_assets.orchestration.asset_keys import CLICKHOUSE_MART, CUSTOMER_FEATURES_PARQUET
from shop_assets.orchestration.asset_metadata import (
    COLUMN_LINEAGE,
    COLUMN_SCHEMA,
    IN_MINUS_OUT,
    PARTITION_ROW_COUNT,
    SAMPLE,
    RawMetadataValue,
    column_lineage,
    column_schema,
    sample_table,
    stage_metadata,
)

SAMPLE_ROWS = 5
MATRIX_COLUMNS: Final[dict[str, RawMetadataValue]] = {
    COLUMN_SCHEMA: column_schema(COLUMN_TYPES, COLUMN_DESCRIPTIONS),
    COLUMN_LINEAGE: column_lineage(CLICKHOUSE_MART, COLUMN_SOURCES),
}
"""The columns of the matrix, their meanings, and the columns of MART from which they are computed."""

COPY_COLUMNS: Final = MATRIX_COLUMNS | {
    COLUMN_LINEAGE: column_lineage(CUSTOMER_FEATURES_PARQUET, {name: (name,) for name in COLUMNS})
}
"""The same for what has the matrix's columns unchanged: its copy in ClickHouse, and the report."""

COMPUTED = "computed"
PUBLICATION_ID = "publication_id"
"""The label of the id that a partition, its copy in ClickHouse and its report share."""


def published_metadata(bucket: Bucket, published: PublishedDay, seconds: float) -> dict[str, RawMetadataValue]:
    """The metadata of a publication: counts, location, inputs, and the share of ones of each feature."""
    manifest = published.manifest
    return (
        stage_metadata(
            rows_in=manifest.inputs.mart_customers + manifest.inputs.mart_baskets,
            rows_out=manifest.rows,
            rejected=0,
            seconds=seconds,
            bytes=manifest.bytes,
            customers=manifest.inputs.mart_customers,
            purchases=manifest.inputs.mart_baskets,
            files=len(manifest.files),
            as_of=manifest.inputs.as_of.isoformat(),
            feature_code_version=manifest.inputs.feature_code_version,
            manifest=f"s3://{bucket.name}/{manifest_key(manifest.ds)}",
            files_removed=published.cleaned_up.files,
            share_of_ones=_shares(manifest),
        )
        | {
            COMPUTED: "now"
            if published.was_computed
            else f"at {manifest.published_at.isoformat()}, from the same inputs",
            PUBLICATION_ID: manifest.publication_id,
            IN_MINUS_OUT: counted(manifest.inputs.mart_baskets, "purchase"),
            SAMPLE: sample_table(first_rows(bucket, manifest, SAMPLE_ROWS)),
            PARTITION_ROW_COUNT: manifest.rows,
        }
        | MATRIX_COLUMNS
    )


def loaded_metadata(day: LoadedDay) -> dict[str, RawMetadataValue]:
    """The metadata of a partition in ClickHouse."""
    manifest, loaded = day.manifest, day.loaded
    return (
        stage_metadata(
            rows_in=manifest.rows,
            rows_out=loaded.rows,
            rejected=0,
            seconds=day.seconds,
            bytes=manifest.bytes,
            table=TABLE,
            inserts=loaded.batches,
        )
        | {PUBLICATION_ID: manifest.publication_id, PARTITION_ROW_COUNT: loaded.rows}
        | COPY_COLUMNS
    )


def _shares(manifest: PublicationManifest) -> RawMetadataValue:
    return sample_table(
        [
            {
                "feature": feature.name,
                "1 when": feature.description,
                "customers": manifest.ones[feature.name],
                "share": f"{manifest.ones[feature.name] / manifest.rows:.1%}" if manifest.rows else "",
            }
            for feature in FEATURES
        ]
    )
