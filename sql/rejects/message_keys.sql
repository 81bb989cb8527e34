-- The keys of the messages that MART rejected as some rejects.
-- For each kind
SELECT DISTINCT toValidUTF8(id) AS message_key
FROM raw.{{ kind.name }}
WHERE
    (kafka_topic_id, kafka_partition, kafka_offset) IN (
        SELECT
            kafka_topic_id,
            kafka_partition,
            kafka_offset
        FROM mart.rejects
        WHERE has({reject_ids:Array(String)}, reject_id)
    )
