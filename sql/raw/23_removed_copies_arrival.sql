-- Of which document a removed message was, and when it came to RAW: a document arrived with its first message, also
-- when only its newest copy is left. What was removed before these columns were there has none of it: its kind is
-- empty.
ALTER TABLE raw.removed_copies{{ on_cluster }}
ADD COLUMN IF NOT EXISTS kind LowCardinality(String),
ADD COLUMN IF NOT EXISTS id String CODEC (ZSTD(1)),
ADD COLUMN IF NOT EXISTS ingested_at DateTime64(6, 'UTC')
