-- Values that are there and could not be read, of the newest version of each document, whether it is shown, rejected or
-- excluded: an optional one is NULL in MART. example is the shape of the value, not what it says. A path such as
-- items[].quantity stands for the field in every line. Fifty of a document are listed, statuses first; the field
-- (more) then has in its example how many more there are.
CREATE OR REPLACE VIEW mart.unread_values{{ on_cluster }}
DEFINER = CURRENT_USER SQL SECURITY DEFINER AS  -- noqa: CP02
{% for kind in kinds %}
SELECT
    '{{ kind.name }}' AS kind,
    id,
    value.field AS field,
    value.reason AS reason,
    value.example AS example,
    kafka_topic,
    kafka_topic_id,
    kafka_partition,
    kafka_offset,
    source_time
FROM (
    SELECT *
    FROM mart.{{ kind.singular }}_versions
    WHERE
        notEmpty(unread)
        AND (id, version) IN (
            SELECT
                versions.id,
                max(versions.version) AS version
            FROM mart.{{ kind.singular }}_versions AS versions
            WHERE
                versions.id IN (
                    SELECT others.id
                    FROM mart.{{ kind.singular }}_versions AS others
                    WHERE notEmpty(others.unread)
                )
            GROUP BY versions.id
        )
    ORDER BY id
    LIMIT 1 BY id
) AS newest
ARRAY JOIN unread AS value
{% if not loop.last %}
UNION ALL
{% endif %}
{% endfor %}
