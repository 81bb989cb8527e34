-- Every version of a purchase in RAW, one row per message: the newest wins, and a deleted or rejected one hides the id.
-- Readers use the view mart.purchases; this table has duplicates and old versions until ClickHouse merges them.
-- (Tuple is a type: sqlfluff takes it for a keyword.)
CREATE TABLE IF NOT EXISTS mart.purchase_versions{{ on_cluster }}
(
    id String,
    customer_id String,
    customer_first_name Nullable(String),
    customer_last_name Nullable(String),
    customer_email Nullable(String),
    customer_phone Nullable(String),
    customer_is_loyalty_member Nullable(Bool),
    customer_loyalty_card_number Nullable(String),
    store_id LowCardinality(String),
    store_name LowCardinality(Nullable(String)),
    store_network LowCardinality(Nullable(String)),
    store_type_description LowCardinality(Nullable(String)),
    store_city LowCardinality(Nullable(String)),
    store_street LowCardinality(Nullable(String)),
    store_house LowCardinality(Nullable(String)),
    store_postal_code LowCardinality(Nullable(String)),
    items Array(Tuple(  -- noqa: CP01
        product_id Nullable(String),
        product_name Nullable(String),
        category LowCardinality(Nullable(String)),
        product_group LowCardinality(String),
        quantity Nullable(Decimal(18, 6)),
        unit LowCardinality(Nullable(String)),
        price_per_unit Nullable(Decimal(18, 4)),
        total_price Nullable(Decimal(18, 4))
    )),
    total_amount Decimal(18, 4),
    payment_method LowCardinality(Nullable(String)),
    is_delivery Nullable(Bool),
    delivery_city Nullable(String),
    delivery_street Nullable(String),
    delivery_house Nullable(String),
    delivery_apartment Nullable(String),
    delivery_postal_code Nullable(String),
    purchase_datetime DateTime64(3, 'UTC'),
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
