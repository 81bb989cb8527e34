-- The offsets of messages that compaction removed from RAW, because a newer message of the same id has the same
-- payload. They count as read and are never read again. A row is written here before its message is removed.
CREATE TABLE IF NOT EXISTS raw.removed_copies{{ on_cluster }}
(
    kafka_topic LowCardinality(String),
    kafka_topic_id LowCardinality(String),
    kafka_partition UInt32,
    kafka_offset UInt64 CODEC (Delta, ZSTD(1)),  -- noqa: CP02
    removed_at DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = {{ replicated }}ReplacingMergeTree(removed_at)
ORDER BY (kafka_topic_id, kafka_partition, kafka_offset)
