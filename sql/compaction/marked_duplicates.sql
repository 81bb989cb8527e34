-- The messages that were recorded as duplicates at one removed_at, by topic partition, in batches of batch_size
-- offsets. Duplicates that an earlier compaction recorded but did not delete are included: they were recorded again.
SELECT
    kafka_topic_id,
    kafka_partition,
    groupArray(kafka_offset) AS offsets
FROM (
    SELECT
        kafka_topic_id,
        kafka_partition,
        kafka_offset,
        row_number() OVER (PARTITION BY kafka_topic_id, kafka_partition ORDER BY kafka_offset) AS number
    FROM raw.removed_copies
    WHERE removed_at = {removed_at:DateTime64(6, 'UTC')}
) AS remembered
GROUP BY
    kafka_topic_id,
    kafka_partition,
    intDiv(number - 1, {batch_size:UInt32})
ORDER BY
    kafka_topic_id,
    kafka_partition,
    min(kafka_offset)
