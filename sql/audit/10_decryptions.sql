-- Each value that was decrypted for a person: when, by whom, on which machine, why, of which record and field, and with
-- which key. The value is not here; its ciphertext is, as a digest, so that the same one is found again.
CREATE TABLE IF NOT EXISTS audit.decryptions{{ on_cluster }}
(
    decrypted_at DateTime64(6, 'UTC') DEFAULT now64(6),
    decrypted_by String,
    host String,
    reason String,
    kind LowCardinality(String),
    id String,
    field LowCardinality(String),
    key_id LowCardinality(String),
    digest String
)
ENGINE = {{ replicated }}MergeTree
ORDER BY decrypted_at
