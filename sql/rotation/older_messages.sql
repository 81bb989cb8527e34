-- The messages of a slice of RAW that have ciphertexts of older keys. is_moved: RAW has the message without them too,
-- because a rotation was killed before it deleted the older row. pairs: its ciphertexts, each with the newer one or ''.
-- older: how these ciphertexts begin. unreadable: texts that begin so and are none.
-- For each kind
{% from 'macros/ciphertexts.sql' import CIPHERTEXT, has_older %}
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
    arrayMap(
        value -> (value, joinGet('mart.current_values', 'newer', value)),
        extractAll(concat(id, ' ', payload), '{{ CIPHERTEXT }}')
    ) AS pairs,
    kafka_offset IN (
        SELECT moved.kafka_offset
        FROM raw.{{ kind.name }} AS moved
        WHERE
            {{ in_slice() | indent(12) }}
            AND NOT {{ has_older("concat(moved.id, ' ', moved.payload)") | indent(12) }}
    ) AS is_moved
FROM raw.{{ kind.name }}
WHERE
    {{ in_slice() | indent(4) }}
    AND {{ has_older("concat(id, ' ', payload)") | indent(4) }}
ORDER BY kafka_offset
