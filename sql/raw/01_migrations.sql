-- The statements of sql/ that were applied, and their fingerprints: a changed materialized view is created again, a
-- changed table is refused (a table changes by a new file with an ALTER).
CREATE TABLE IF NOT EXISTS raw.migrations{{ on_cluster }}
(
    name String,
    fingerprint String,
    applied_at DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = {{ replicated }}ReplacingMergeTree(applied_at)
ORDER BY name
