-- The digest of each message, by which RAW is compared with the documents that were sent (comparison/). A tombstone has
-- one too, which counts for nothing. Computed while a block is inserted: 1 s a million messages of 0.7 KB.
-- For each kind
ALTER TABLE raw.{{ kind.name }}{{ on_cluster }}
ADD COLUMN IF NOT EXISTS digest UInt64 MATERIALIZED halfMD5(concat(id, '\0', payload))
