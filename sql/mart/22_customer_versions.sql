-- Every version of a customer in RAW, one row per message: the newest wins, and a deleted or rejected one hides the id.
-- Readers use the view mart.customers; this table has duplicates and old versions until ClickHouse merges them.
CREATE TABLE IF NOT EXISTS mart.customer_versions{{ on_cluster }}
(
    id String,
    first_name Nullable(String),
    last_name Nullable(String),
    email Nullable(String),
    phone Nullable(String),
    birth_date Nullable(Date32),
    gender LowCardinality(Nullable(String)),
    registration_date DateTime64(3, 'UTC'),
    is_loyalty_member Nullable(Bool),
    loyalty_card_number Nullable(String),
    purchase_location_store_id Nullable(String),
    purchase_location_store_name Nullable(String),
    purchase_location_store_network Nullable(String),
    purchase_location_store_type_description Nullable(String),
    purchase_location_country Nullable(String),
    purchase_location_city Nullable(String),
    purchase_location_street Nullable(String),
    purchase_location_house Nullable(String),
    purchase_location_postal_code Nullable(String),
    delivery_country Nullable(String),
    delivery_city Nullable(String),
    delivery_street Nullable(String),
    delivery_house Nullable(String),
    delivery_apartment Nullable(String),
    delivery_postal_code Nullable(String),
    preferred_language LowCardinality(Nullable(String)),
    preferred_payment_method LowCardinality(Nullable(String)),
    receive_promotions Nullable(Bool),
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
