-- Results of queries that read all of RAW or MART, with the state of the warehouse that they are of
-- (comparison/warehouse_state.sql): while it is the same, checks and the page need not read everything again. Only
-- results whose texts are in the query itself are stored: nothing of a document.
CREATE TABLE IF NOT EXISTS raw.query_results{{ on_cluster }}
(
    statement UInt64,
    state UInt64,
    structure String,
    result_rows String CODEC (ZSTD(1)),
    found_at DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = {{ replicated }}ReplacingMergeTree(found_at)
ORDER BY statement
