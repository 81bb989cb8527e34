-- The rejected purchases of MART in which a customer's id stands somewhere, with their documents, from both tables that
-- have them.
SELECT
    kafka_topic,
    kafka_topic_id,
    kafka_partition,
    kafka_offset,
    rejected_at AS ingested_at,
    id,
    payload
FROM mart.reject_versions
WHERE
    kind = 'purchases'
    AND multiSearchAnyCaseInsensitiveUTF8(payload, {needles:Array(String)})
UNION ALL
SELECT
    kafka_topic,
    kafka_topic_id,
    kafka_partition,
    kafka_offset,
    ingested_at,
    id,
    rejected_payload AS payload
FROM mart.purchase_versions
WHERE multiSearchAnyCaseInsensitiveUTF8(rejected_payload, {needles:Array(String)})
