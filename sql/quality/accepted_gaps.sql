-- Ranges of offsets that Kafka threw away before RAW had read them, and that a person accepted as lost.
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
