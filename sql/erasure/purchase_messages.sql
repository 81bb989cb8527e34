-- The messages of RAW in which a customer's id stands somewhere, with their documents: whose purchases they are is
-- decided outside.
SELECT
    kafka_topic,
    kafka_topic_id,
    kafka_partition,
    kafka_offset,
    ingested_at,
    id,
    payload
FROM raw.purchases
WHERE
    operation != 'delete'
    AND multiSearchAnyCaseInsensitiveUTF8(payload, {needles:Array(String)})
