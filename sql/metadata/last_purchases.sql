-- The last purchases of a topic partition by their place in Kafka, without the payload. In the order of the sorting
-- key: only its end is read.
SELECT
    id,
    operation,
    kafka_partition,
    kafka_offset,
    length(payload) AS payload_bytes
FROM raw.purchases
ORDER BY
    kafka_topic_id DESC,
    kafka_partition DESC,
    kafka_offset DESC
LIMIT 5
