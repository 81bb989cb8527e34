-- The documents that do not count though they were delivered: marked as deleted, or no sale. The reason is the field
-- that says so (docs/no_sale.md); only the newest version of each. One whose message was rejected is among the rejects
-- alone.
CREATE OR REPLACE VIEW mart.excluded_documents{{ on_cluster }}
DEFINER = CURRENT_USER SQL SECURITY DEFINER AS  -- noqa: CP02
{% for kind in kinds %}
SELECT
    '{{ kind.name }}' AS kind,
    id,
    excluded,
    kafka_topic,
    kafka_topic_id,
    kafka_partition,
    kafka_offset,
    source_time,
    ingested_at
FROM (
    SELECT *
    FROM mart.{{ kind.singular }}_versions
    WHERE
        excluded != ''
        AND empty(reasons)
        AND (id, version) IN (
            SELECT
                versions.id,
                max(versions.version) AS version
            FROM mart.{{ kind.singular }}_versions AS versions
            WHERE
                versions.id IN (
                    SELECT others.id
                    FROM mart.{{ kind.singular }}_versions AS others
                    WHERE others.excluded != ''
                )
            GROUP BY versions.id
        )
    ORDER BY id
    LIMIT 1 BY id
) AS newest
{% if not loop.last %}
UNION ALL
{% endif %}
{% endfor %}
