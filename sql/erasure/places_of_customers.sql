-- The messages of the versions of a customer, without deletions, which have no document.
SELECT
    kafka_topic_id,
    kafka_partition,
    kafka_offset
FROM mart.customer_versions
WHERE
    operation != 'delete'
    AND id IN {ids:Array(String)}
