-- The offset after the last one of a topic partition that RAW stores, that was removed from it, or that was accepted as
-- lost; 0 when there is none. Costs a granule of each table: they are sorted by these columns.
-- For each kind
{% from 'macros/raw_slice.sql' import last_of_partition, of_partition %}
SELECT max(next_offset) AS next_offset
FROM (
    (
        SELECT kafka_offset + 1 AS next_offset
        FROM raw.{{ kind.name }}
        {{ last_of_partition() | indent(8) }}
    )
    UNION ALL
    (
        SELECT kafka_offset + 1 AS next_offset
        FROM raw.removed_copies
        {{ last_of_partition() | indent(8) }}
    )
    UNION ALL
    (
        SELECT last_offset + 1 AS next_offset
        FROM raw.accepted_gaps
        WHERE {{ of_partition() }}
    )
) AS ends
