-- Every version of a product in RAW, one row per message: the newest wins, and a deleted or rejected one hides the id.
-- Readers use the view mart.products; this table has duplicates and old versions until ClickHouse merges them.
CREATE TABLE IF NOT EXISTS mart.product_versions{{ on_cluster }}
(
    id String,
    name String,
    group_label LowCardinality(String),
    product_group LowCardinality(String),
    description Nullable(String),
    calories Nullable(Float64),
    protein Nullable(Float64),
    fat Nullable(Float64),
    carbohydrates Nullable(Float64),
    price Decimal(18, 4),
    unit LowCardinality(Nullable(String)),
    origin_country LowCardinality(Nullable(String)),
    expiry_days Nullable(Int32),
    is_organic Nullable(Bool),
    barcode Nullable(String),
    manufacturer_name Nullable(String),
    manufacturer_country Nullable(String),
    manufacturer_website Nullable(String),
    manufacturer_inn Nullable(String),
    version UInt128,
    is_deleted UInt8,
    reasons Array(String),
    rejected_payload String CODEC (ZSTD(3)),
    operation LowCardinality(String),
    source_time UInt64,
    kafka_topic LowCardinality(String),
    kafka_topic_id LowCardinality(String),
    kafka_partition UInt32,
    kafka_offset UInt64,
    ingested_at DateTime64(6, 'UTC')
)
ENGINE = {{ replicated }}ReplacingMergeTree(version, is_deleted)
ORDER BY id
SETTINGS {{ deduplication_window(1000) }}
