-- Rejected documents with every reason. A duplicate of a rejected document, after a replay or a snapshot, is the same
-- row again: its newest message is kept. Readers use mart.rejects.
CREATE TABLE IF NOT EXISTS mart.reject_versions{{ on_cluster }}
(
    kind LowCardinality(String),
    id String,
    payload_hash UInt64,
    version UInt128,
    reasons Array(String),
    payload String CODEC (ZSTD(3)),
    source_time UInt64,
    kafka_topic LowCardinality(String),
    kafka_topic_id LowCardinality(String),
    kafka_partition UInt32,
    kafka_offset UInt64,
    rejected_at DateTime64(6, 'UTC')
)
ENGINE = {{ replicated }}ReplacingMergeTree(version)
ORDER BY (kind, id, payload_hash)
SETTINGS {{ deduplication_window(1000) }}
