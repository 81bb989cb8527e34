-- The last message of a topic partition that RAW stores: its offset, a hash of its key, and its time in milliseconds.
-- No hash of an id that is encrypted: a rotation of the keys changes it. Costs a granule, as next_offset does.
-- For each kind
{% from 'macros/raw_slice.sql' import last_of_partition %}
SELECT
    kafka_offset,
    if(startsWith(id, 'enc:v1:'), '', lower(hex(SHA256(id)))) AS key_hash,
    toUnixTimestamp64Milli(kafka_timestamp) AS milliseconds
FROM (
    SELECT
        id,
        kafka_offset,
        kafka_timestamp
    FROM raw.{{ kind.name }}
    {{ last_of_partition() | indent(4) }}
) AS last_messages
