-- Stores the digests of the messages that RAW had before it had the column: 1 s a million messages, once. Without it,
-- every comparison would compute them, at 2 s a million.
-- For each kind
ALTER TABLE raw.{{ kind.name }}{{ on_cluster }}
MATERIALIZE COLUMN digest
