-- The topic partitions of which a RAW table has ciphertexts of older keys, with the offsets from the first to after the
-- last of such rows. older: how these ciphertexts begin. unreadable: texts that begin so and are none.
-- For each kind
{% from 'macros/ciphertexts.sql' import has_older %}
SELECT
    kafka_topic_id,
    kafka_partition,
    min(kafka_offset) AS first_offset,
    max(kafka_offset) + 1 AS end_offset
FROM raw.{{ kind.name }}
WHERE {{ has_older("concat(id, ' ', payload)") }}
GROUP BY
    kafka_topic_id,
    kafka_partition
ORDER BY
    kafka_topic_id,
    kafka_partition
