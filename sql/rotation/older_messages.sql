-- The messages of a slice of RAW that have ciphertexts of older keys. is_moved: RAW has the message without them too,
-- because a rotation was killed before it deleted the older row.
-- For each kind
{% from 'macros/raw_slice.sql' import in_slice %}
SELECT
    id,
    payload,
    kafka_topic,
    kafka_topic_id,
    kafka_partition,
    kafka_offset,
    kafka_timestamp,
    operation,
    source_time,
    ingested_at,
    kafka_offset IN (
        SELECT moved.kafka_offset
        FROM raw.{{ kind.name }} AS moved
        WHERE
            {{ in_slice() | indent(12) }}
            AND NOT multiSearchAny(concat(moved.id, ' ', moved.payload), {older:Array(String)})
    ) AS is_moved
FROM raw.{{ kind.name }}
WHERE
    {{ in_slice() | indent(4) }}
    AND multiSearchAny(concat(id, ' ', payload), {older:Array(String)})
ORDER BY kafka_offset
