-- The last message of a topic partition that RAW stores: its offset, a hash of its key, and its time in milliseconds.
-- Costs a granule, as next_offset does.
-- For each kind
SELECT
    kafka_offset,
    lower(hex(SHA256(id))) AS key_hash,
    toUnixTimestamp64Milli(kafka_timestamp) AS milliseconds
FROM (
    SELECT
        id,
        kafka_offset,
        kafka_timestamp
    FROM raw.{{ kind.name }}
    WHERE kafka_topic_id = {topic_id:String} AND kafka_partition = {topic_partition:UInt32}
    ORDER BY
        kafka_topic_id DESC,
        kafka_partition DESC,
        kafka_offset DESC
    LIMIT 1
) AS last_messages
