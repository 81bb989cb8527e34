-- The offsets of MART's rows that were cleaned by other rules than today's, by topic partition.
-- For each kind
SELECT
    kafka_topic_id,
    kafka_partition,
    min(kafka_offset) AS first_offset,
    max(kafka_offset) + 1 AS end_offset
FROM mart.{{ kind.singular }}_versions
WHERE cleaned_by != shop_rules()
GROUP BY
    kafka_topic_id,
    kafka_partition
ORDER BY
    kafka_topic_id,
    kafka_partition
