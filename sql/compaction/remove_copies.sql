-- Removes from a RAW table the messages that were remembered as copies just now; materialized views do not see it. What
-- an earlier compaction remembered and did not come to remove was remembered again. The other kinds' tables take the
-- place of raw.stores.
DELETE FROM raw.stores
WHERE
    (kafka_topic_id, kafka_partition, kafka_offset) IN (
        SELECT
            remembered.kafka_topic_id,
            remembered.kafka_partition,
            remembered.kafka_offset
        FROM raw.removed_copies AS remembered
        WHERE remembered.removed_at = (SELECT max(newest.removed_at) FROM raw.removed_copies AS newest)
    )
