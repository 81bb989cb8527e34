-- While keys are rotated: each stored ciphertext of an older key, the one that takes its place, and what it was
-- encrypted as. Empty otherwise. A rotation fills it before it moves anything, and goes on with it after a kill.
CREATE TABLE IF NOT EXISTS mart.rotated_values{{ on_cluster }}
(
    older String,
    newer String,
    field LowCardinality(String)
)
ENGINE = {{ replicated }}ReplacingMergeTree
ORDER BY older
