-- Ranges of offsets that Kafka dropped before RAW read them, and that an operator accepted as lost.
SELECT
    kafka_topic,
    kafka_topic_id,
    kafka_partition,
    first_offset,
    last_offset,
    accepted_at
FROM raw.accepted_gaps
ORDER BY
    accepted_at,
    kafka_topic,
    kafka_partition,
    first_offset
