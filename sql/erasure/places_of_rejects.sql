-- The messages of the rejected documents of a customer.
SELECT
    kafka_topic_id,
    kafka_partition,
    kafka_offset
FROM mart.reject_versions
WHERE
    kind = 'customers'
    AND id IN {ids:Array(String)}
