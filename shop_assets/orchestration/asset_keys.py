"""The name of every asset, of every group of assets and of every asset check, each written once.

Dagster identifies materializations, schedules and alerts by these names: renaming one hides its history.
"""

from typing import Final

from dagster import AssetKey

from shop_assets.documents.kinds import KINDS, DocumentKind

RAW_JSON: Final = {kind: AssetKey(f"raw_{kind.name}_json") for kind in KINDS}
"""Documents as files, by kind: `raw_stores_json` and its siblings."""

MONGO_COLLECTIONS: Final = AssetKey("mongo_collections")
KAFKA_TOPICS_LOADED: Final = AssetKey("kafka_topics_loaded")
CLICKHOUSE_RAW: Final = AssetKey("clickhouse_raw")
CLICKHOUSE_MART: Final = AssetKey("clickhouse_mart")
CUSTOMER_FEATURES_PARQUET: Final = AssetKey("customer_features_parquet")
CLICKHOUSE_CUSTOMER_FEATURES: Final = AssetKey("clickhouse_customer_features")
REPORT_CSV: Final = AssetKey("report_csv")
QUALITY_DASHBOARD_HTML: Final = AssetKey("quality_dashboard_html")

ALL_ASSETS: Final = (
    *RAW_JSON.values(),
    MONGO_COLLECTIONS,
    KAFKA_TOPICS_LOADED,
    CLICKHOUSE_RAW,
    CLICKHOUSE_MART,
    CUSTOMER_FEATURES_PARQUET,
    CLICKHOUSE_CUSTOMER_FEATURES,
    REPORT_CSV,
    QUALITY_DASHBOARD_HTML,
)
"""In the order of the flow."""

# Groups: one per stage that has assets. Jobs select them.
LANDING_GROUP: Final = "landing"
DOCUMENT_STORE_GROUP: Final = "document_store"
TOPICS_GROUP: Final = "topics"
WAREHOUSE_GROUP: Final = "warehouse"
FEATURES_GROUP: Final = "features"
REPORT_GROUP: Final = "report"
DASHBOARDS_GROUP: Final = "dashboards"

# Checks, in the order in which their assets are materialized.
EVERY_STORE_HAS_A_CUSTOMER: Final = "every_store_has_a_customer"
FEW_DOCUMENTS_ARE_REJECTED: Final = "few_documents_are_rejected"
ERASURES_ARE_FINISHED: Final = "erasures_are_finished"
EVERY_DOCUMENT_HAS_A_MESSAGE: Final = "every_document_has_a_message"
TOPICS_HAVE_THEIR_SETTINGS: Final = "topics_have_their_settings"
NO_PERSONAL_DATA_IN_THE_CLEAR: Final = "no_personal_data_in_the_clear"
PERSONAL_DATA_IS_IN_ITS_FIELDS: Final = "personal_data_is_in_its_fields"
RAW_HAS_EVERY_OFFSET_ONCE: Final = "raw_has_every_offset_once"
MART_EQUALS_RAW: Final = "mart_equals_raw"
MART_EQUALS_MONGODB: Final = "mart_equals_mongodb"
PERSONAL_DATA_IS_ENCRYPTED: Final = "personal_data_is_encrypted"
PRODUCT_GROUPS_ARE_KNOWN: Final = "product_groups_are_known"
IDS_ARE_USED_ONCE: Final = "ids_are_used_once"
IDS_ARE_SPELLED_ONCE: Final = "ids_are_spelled_once"
VALUES_ARE_READ: Final = "values_are_read"
FIELDS_ARE_DELIVERED: Final = "fields_are_delivered"
AMOUNTS_AGREE: Final = "amounts_agree"
REFERENTIAL_INTEGRITY: Final = "referential_integrity"
PURCHASES_ARE_ON_TIME: Final = "purchases_are_on_time"
FEATURES_HAVE_EXPECTED_COLUMNS: Final = "features_have_expected_columns"
FEATURES_HAVE_ONE_ROW_PER_CUSTOMER: Final = "features_have_one_row_per_customer"
FEATURES_ARE_ZERO_OR_ONE: Final = "features_are_zero_or_one"
FEATURES_ARE_CONSISTENT: Final = "features_are_consistent"
WAREHOUSE_EQUALS_PARTITION: Final = "warehouse_equals_partition"
FEATURE_SHARES_ARE_STABLE: Final = "feature_shares_are_stable"
REPORT_EQUALS_PARTITION: Final = "report_equals_partition"
NO_ID_IS_A_FORMULA: Final = "no_id_is_a_formula"


def count_check(kind: DocumentKind) -> str:
    """Name the check that counts the documents of a kind.

    Args:
        kind: The kind.

    Returns:
        For example `stores_count`; three assets have a check of this name.
    """
    return f"{kind.name}_count"


def duplicate_ratio_check(kind: DocumentKind) -> str:
    """Name the check of a RAW table's duplicate ratio.

    Args:
        kind: The kind of its documents.

    Returns:
        For example `stores_duplicate_ratio`.
    """
    return f"{kind.name}_duplicate_ratio"
