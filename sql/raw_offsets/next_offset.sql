-- The offset after the last one of a topic partition that RAW stores, that was removed from it, or that was accepted as
-- lost; 0 when there is none. Costs a granule of each table: they are sorted by these columns.
-- For each kind
SELECT max(next_offset) AS next_offset
FROM (
    (
        SELECT kafka_offset + 1 AS next_offset
        FROM raw.{{ kind.name }}
        WHERE kafka_topic_id = {topic_id:String} AND kafka_partition = {topic_partition:UInt32}
        ORDER BY
            kafka_topic_id DESC,
            kafka_partition DESC,
            kafka_offset DESC
        LIMIT 1
    )
    UNION ALL
    (
        SELECT kafka_offset + 1 AS next_offset
        FROM raw.removed_copies
        WHERE kafka_topic_id = {topic_id:String} AND kafka_partition = {topic_partition:UInt32}
        ORDER BY
            kafka_topic_id DESC,
            kafka_partition DESC,
            kafka_offset DESC
        LIMIT 1
    )
    UNION ALL
    (
        SELECT last_offset + 1 AS next_offset
        FROM raw.accepted_gaps
        WHERE kafka_topic_id = {topic_id:String} AND kafka_partition = {topic_partition:UInt32}
    )
) AS ends
