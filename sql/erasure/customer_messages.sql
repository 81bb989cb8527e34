-- The messages of RAW with a customer's documents, whatever the spelling of the id. A tombstone has no document, and
-- stays.
SELECT
    kafka_topic,
    kafka_topic_id,
    kafka_partition,
    kafka_offset,
    ingested_at,
    id,
    payload
FROM raw.customers
WHERE
    operation != 'delete'
    AND coalesce(shop_clean(id), '') IN {ids:Array(String)}
