-- How many ids have different documents in two files of a delivery, and the first ten of them. A file is a
-- partition, and its last document counts.
-- For each kind
{% from 'macros/several_messages.sql' import has_several %}
SELECT
    count() AS id_count,
    groupArray(10)(id) AS examples  -- noqa: LT01
FROM (
    SELECT id
    FROM (
        SELECT
            id,
            argMax(cityHash64(payload), kafka_offset) AS content
        FROM raw.{{ kind.name }}
        WHERE
            {{ has_several(kind.name) | indent(12) }}
        GROUP BY
            id,
            kafka_partition
    ) AS files
    GROUP BY id
    HAVING uniqExact(content) > 1
    ORDER BY id
) AS ids
