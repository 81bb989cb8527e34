-- Every message of a kind's topic, once for each (topic id, partition, offset): RAW is the ledger of what was read.
-- payload is the JSON text of the document, empty for a tombstone; source_time is the document store's cluster time,
-- seconds << 32 | increment. Not partitioned: a batch of messages has to be one part, so that its deduplication token
-- covers all of it.
-- For each kind
CREATE TABLE IF NOT EXISTS raw.{{ kind.name }}{{ on_cluster }}
(
    id String,
    payload String CODEC (ZSTD(3)),
    kafka_topic LowCardinality(String),
    kafka_topic_id String,
    kafka_partition UInt32,
    kafka_offset UInt64,
    kafka_timestamp DateTime64(3, 'UTC'),
    operation LowCardinality(String),
    source_time UInt64,
    ingested_at DateTime64(6, 'UTC')
)
ENGINE = {{ replicated }}MergeTree
ORDER BY (kafka_topic_id, kafka_partition, kafka_offset)
SETTINGS {{ deduplication_window(1000) }}
