-- Removes from a RAW table the messages that are remembered as copies; materialized views do not see it. The other
-- kinds' tables take the place of raw.stores.
DELETE FROM raw.stores
WHERE
    (kafka_topic_id, kafka_partition, kafka_offset) IN (
        SELECT
            kafka_topic_id,
            kafka_partition,
            kafka_offset
        FROM raw.removed_copies
    )
