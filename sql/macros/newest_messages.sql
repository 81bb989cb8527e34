{#
The newest message of each id in RAW, in the order in which MART takes versions, with the id as MART has it: another
spelling of an id is another message of the same document. Messages without a key belong to no document.
#}
{% macro newest_messages(kind) %}
SELECT
    document_id,
    newest.1 AS key_hash,
    newest.2 AS message_key,
    newest.3 AS digest,
    newest.4 AS is_deleted,
    newest.5 AS source_time
FROM (
    SELECT
        assumeNotNull(shop_clean(id)) AS document_id,
        argMax(
            (
                halfMD5(id),
                id,
                digest,
                operation = 'delete',
                shop_bounded_time(source_time, kafka_timestamp, ingested_at)
            ),
            shop_version(shop_bounded_time(source_time, kafka_timestamp, ingested_at), kafka_offset)
        ) AS newest
    FROM raw.{{ kind.name }}
    WHERE isNotNull(shop_clean(id))
    GROUP BY document_id
) AS newest_by_id
{%- endmacro %}
