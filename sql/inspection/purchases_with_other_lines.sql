-- How many ids have, in one file, a purchase that lacks lines of the one before it, and the first ten of them.
{% from 'macros/several_messages.sql' import has_several %}
SELECT
    count() AS id_count,
    groupArray(10)(id) AS examples  -- noqa: LT01
FROM (
    SELECT DISTINCT id
    FROM (
        SELECT
            id,
            arraySort(
                version -> version.1,
                groupArray(
                    (
                        kafka_offset,
                        arrayMap(line -> cityHash64(line), JSONExtractArrayRaw(payload, 'items'))
                    )
                )
            ) AS versions
        FROM raw.purchases
        WHERE
            {{ has_several('purchases') | indent(12) }}
        GROUP BY
            id,
            kafka_partition
    ) AS files
    WHERE
        arrayExists(
            place -> NOT hasAll(tupleElement(versions[place + 1], 2), tupleElement(versions[place], 2)),
            range(1, toUInt32(length(versions)))
        )
    ORDER BY id
) AS ids
