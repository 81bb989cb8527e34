-- How many documents of each kind RAW has that are not deleted: ids whose newest message is not a tombstone.
SELECT
    kind,
    countIf(newest_operation != 'delete') AS documents,
    sum(messages) AS messages
FROM (
    {% for kind in kinds %}
    SELECT
        '{{ kind.name }}' AS kind,
        id,
        argMax(
            operation, (shop_bounded_time(source_time, kafka_timestamp, ingested_at), kafka_offset)
        ) AS newest_operation,
        count() AS messages
    FROM raw.{{ kind.name }}
    GROUP BY id
    {% if not loop.last %}
    UNION ALL
    {% endif %}
    {% endfor %}
) AS documents_of_kinds
GROUP BY kind
ORDER BY kind
