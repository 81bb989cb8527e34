-- Up to which offset RAW was compared with MART. It is in mart, so that a MART that was dropped is filled again from
-- all of RAW.
CREATE TABLE IF NOT EXISTS mart.reconciliations{{ on_cluster }}
(
    kind LowCardinality(String),
    kafka_topic_id String,
    kafka_partition UInt32,
    next_offset UInt64,
    reconciled_at DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = {{ replicated }}ReplacingMergeTree(reconciled_at)
ORDER BY (kind, kafka_topic_id, kafka_partition)
