-- Keeps each rejected document of customers with all its reasons, whatever becomes of its version later.
CREATE MATERIALIZED VIEW IF NOT EXISTS mart.customers_rejecting TO mart.reject_versions AS
SELECT
    'customers' AS kind,
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
FROM mart.customer_versions
WHERE notEmpty(reasons)
