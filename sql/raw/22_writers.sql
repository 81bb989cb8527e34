-- Fencing tokens: only the newest writer may insert into RAW. Each block checks it while it is inserted, so that a
-- block that a paused or killed run sent too late adds nothing. generation grows by one with each run; no clock
-- decides.
CREATE TABLE IF NOT EXISTS raw.writers{{ on_cluster }}
(
    generation UInt64,
    writer String,
    began_at DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = {{ replicated }}MergeTree
ORDER BY (generation, writer)
