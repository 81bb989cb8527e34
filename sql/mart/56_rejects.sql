-- The rejected documents, each content once under its own id, with every reason and the place of its newest message in
-- Kafka. rejected_at is when that message was ingested.
CREATE OR REPLACE VIEW mart.rejects{{ on_cluster }}
DEFINER = CURRENT_USER SQL SECURITY DEFINER AS  -- noqa: CP02
SELECT
    lower(hex(sipHash128(kind, id, payload_hash))) AS reject_id,
    kind,
    id,
    reasons,
    payload,
    kafka_topic,
    kafka_topic_id,
    kafka_partition,
    kafka_offset,
    source_time,
    rejected_at
FROM mart.reject_versions FINAL
