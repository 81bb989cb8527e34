-- Who may insert messages into RAW: the newest of the runs that said so here. Each block asks for it as it is inserted,
-- so that what a paused or killed run has sent too late adds nothing. generation grows by one with each run; no clock
-- decides.
CREATE TABLE IF NOT EXISTS raw.writers{{ on_cluster }}
(
    generation UInt64,
    writer String,
    began_at DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = {{ replicated }}MergeTree
ORDER BY (generation, writer)
