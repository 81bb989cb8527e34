"""The name of every asset and of every asset check, each written once.

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

# Checks, in the order in which their assets are materialized.
EVERY_STORE_HAS_A_CUSTOMER: Final = "every_store_has_a_customer"
FEW_DOCUMENTS_ARE_REJECTED: Final = "few_documents_are_rejected"
EVERY_DOCUMENT_HAS_A_MESSAGE: Final = "every_document_has_a_message"
NO_PERSONAL_DATA_IN_THE_CLEAR: Final = "no_personal_data_in_the_clear"
MART_EQUALS_RAW: Final = "mart_equals_raw"
PERSONAL_DATA_IS_ENCRYPTED: Final = "personal_data_is_encrypted"
PRODUCT_GROUPS_ARE_KNOWN: Final = "product_groups_are_known"
REFERENTIAL_INTEGRITY: Final = "referential_integrity"
PURCHASES_ARE_IN_TIME: Final = "purchases_are_in_time"
FEATURES_HAVE_THEIR_COLUMNS: Final = "features_have_their_columns"
FEATURES_HAVE_A_ROW_A_CUSTOMER: Final = "features_have_a_row_a_customer"
FEATURES_ARE_ZERO_OR_ONE: Final = "features_are_zero_or_one"
FEATURES_DO_NOT_CONTRADICT: Final = "features_do_not_contradict"
WAREHOUSE_EQUALS_PARTITION: Final = "warehouse_equals_partition"
FEATURES_ARE_AS_USUAL: Final = "features_are_as_usual"
REPORT_EQUALS_PARTITION: Final = "report_equals_partition"
NO_ID_IS_A_FORMULA: Final = "no_id_is_a_formula"


def count_check(kind: DocumentKind) -> str:
    """The check that counts the documents of a kind: `stores_count`."""
    return f"{kind.name}_count"


def duplicate_ratio_check(kind: DocumentKind) -> str:
    """The check of a RAW table's duplicate ratio: `stores_duplicate_ratio`."""
    return f"{kind.name}_duplicate_ratio"
