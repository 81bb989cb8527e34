-- Ranges of offsets that Kafka no longer had when RAW was to read them, and that an operator accepted as lost.
CREATE TABLE IF NOT EXISTS raw.accepted_gaps{{ on_cluster }}
(
    kafka_topic LowCardinality(String),
    kafka_topic_id String,
    kafka_partition UInt32,
    first_offset UInt64,
    last_offset UInt64,
    accepted_at DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = {{ replicated }}MergeTree
ORDER BY (kafka_topic_id, kafka_partition, first_offset)
