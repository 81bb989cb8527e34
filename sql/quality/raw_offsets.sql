-- Every offset up to the next one that RAW reads, by topic id and partition: stored in RAW, removed as a duplicate, or
-- accepted as lost. unaccounted must be 0 unless the topic itself has holes (compacted by Kafka, or written in
-- transactions); duplicated must always be 0.
SELECT
    kafka_topic,
    kafka_topic_id,
    kafka_partition,
    max(end_offset) AS next_offset,
    sum(stored_rows) AS stored,
    sum(removed_rows) AS removed,
    sum(accepted_offsets) AS accepted_lost,
    sum(duplicated_rows) AS duplicated,
    toInt64(max(end_offset)) - toInt64(sum(stored_rows) + sum(removed_rows) + sum(accepted_offsets)) AS unaccounted
FROM (
    SELECT
        kafka_topic,
        kafka_topic_id,
        kafka_partition,
        max(kafka_offset) + 1 AS end_offset,
        uniqExactIf(kafka_offset, is_stored = 1) AS stored_rows,
        uniqExact(kafka_offset) - uniqExactIf(kafka_offset, is_stored = 1) AS removed_rows,
        0 AS accepted_offsets,
        countIf(is_stored = 1) - uniqExactIf(kafka_offset, is_stored = 1) AS duplicated_rows
    FROM (
        {% for kind in kinds %}
        SELECT
            kafka_topic,
            kafka_topic_id,
            kafka_partition,
            kafka_offset,
            1 AS is_stored
        FROM raw.{{ kind.name }}
        UNION ALL
        {% endfor %}
        SELECT
            kafka_topic,
            kafka_topic_id,
            kafka_partition,
            kafka_offset,
            0 AS is_stored
        FROM raw.removed_copies
    ) AS offsets
    GROUP BY
        kafka_topic,
        kafka_topic_id,
        kafka_partition
    UNION ALL
    SELECT
        kafka_topic,
        kafka_topic_id,
        kafka_partition,
        max(last_offset) + 1 AS end_offset,
        0 AS stored_rows,
        0 AS removed_rows,
        sum(last_offset - first_offset + 1) AS accepted_offsets,
        0 AS duplicated_rows
    FROM raw.accepted_gaps
    GROUP BY
        kafka_topic,
        kafka_topic_id,
        kafka_partition
) AS sources
GROUP BY
    kafka_topic,
    kafka_topic_id,
    kafka_partition
ORDER BY
    kafka_topic,
    kafka_topic_id,
    kafka_partition
