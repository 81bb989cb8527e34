-- Every message of the topic of purchases, once for each (topic id, partition, offset): RAW is the ledger of what was
-- read. payload is the JSON text of the document, empty for a tombstone; source_time is the document store's cluster
-- time, seconds << 32 | increment. Not partitioned: a batch of messages has to be one part, so that its deduplication
-- token covers it whole.
CREATE TABLE IF NOT EXISTS raw.purchases
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
ENGINE = MergeTree
ORDER BY (kafka_topic_id, kafka_partition, kafka_offset)
SETTINGS non_replicated_deduplication_window = 1000
