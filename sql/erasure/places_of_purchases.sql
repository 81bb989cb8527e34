-- The messages of the versions of a customer's purchases.
SELECT
    kafka_topic_id,
    kafka_partition,
    kafka_offset
FROM mart.purchase_versions
WHERE customer_id IN {ids:Array(String)}
