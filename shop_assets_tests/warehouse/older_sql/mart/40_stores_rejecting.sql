-- Keeps each rejected document of stores with all its reasons, whatever becomes of its version later.
CREATE MATERIALIZED VIEW IF NOT EXISTS mart.stores_rejecting TO mart.reject_versions AS
SELECT
    'stores' AS kind,
    id,
    sipHash64(rejected_payload) AS payload_hash,
    version,
    reasons,
    rejected_payload AS payload,
    source_time,
    kafka_topic,
    kafka_topic_id,
    kafka_partition,
    kafka_offset,
    ingested_at AS rejected_at
FROM mart.store_versions
WHERE notEmpty(reasons)
