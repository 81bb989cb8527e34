-- The document of a removed message, and when the message arrived in RAW: a document arrived with its first message,
-- even if only its newest duplicate is left. Rows from before these columns existed have none of it: their kind is
-- empty.
ALTER TABLE raw.removed_copies{{ on_cluster }}
ADD COLUMN IF NOT EXISTS kind LowCardinality(String),
ADD COLUMN IF NOT EXISTS id String CODEC (ZSTD(1)),
ADD COLUMN IF NOT EXISTS ingested_at DateTime64(6, 'UTC')
