-- What each id has stood for: a purchase for its customer, store and moment, a customer for its registration, a store
-- for its city. An id that was used twice has several rows; that with the newest source_time is what MART shows. Rows
-- stay when a document is deleted: its id must not be used again.
CREATE TABLE IF NOT EXISTS mart.document_identities{{ on_cluster }}
(
    kind LowCardinality(String),
    id String,
    identity String,
    source_time UInt64
)
ENGINE = {{ replicated }}ReplacingMergeTree(source_time)
ORDER BY (kind, id, identity)
