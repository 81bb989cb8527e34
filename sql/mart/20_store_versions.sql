-- Every version of a store in RAW, one row per message: the newest wins, and a deleted or rejected one hides the id.
-- Readers use the view mart.stores; this table has duplicates and old versions until ClickHouse merges them.
CREATE TABLE IF NOT EXISTS mart.store_versions{{ on_cluster }}
(
    id String,
    store_name String,
    store_network LowCardinality(String),
    store_type_description Nullable(String),
    type LowCardinality(Nullable(String)),
    categories Array(String),
    manager_name Nullable(String),
    manager_phone Nullable(String),
    manager_email Nullable(String),
    country Nullable(String),
    city Nullable(String),
    street Nullable(String),
    house Nullable(String),
    postal_code Nullable(String),
    latitude Nullable(Float64),
    longitude Nullable(Float64),
    opening_hours_mon_fri Nullable(String),
    opening_hours_sat Nullable(String),
    opening_hours_sun Nullable(String),
    accepts_online_orders Nullable(Bool),
    delivery_available Nullable(Bool),
    warehouse_connected Nullable(Bool),
    last_inventory_date Nullable(Date32),
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
