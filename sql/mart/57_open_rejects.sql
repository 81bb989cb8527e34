-- The open rejects: no newer version of their id has arrived, whether clean or deleted. A reject without a key is
-- always open.
CREATE OR REPLACE VIEW mart.open_rejects{{ on_cluster }}
DEFINER = CURRENT_USER SQL SECURITY DEFINER AS  -- noqa: CP02
SELECT
    lower(hex(sipHash128(kind, id, payload_hash))) AS reject_id,
    kind,
    id,
    reasons,
    payload,
    kafka_topic,
    kafka_topic_id,
    kafka_partition,
    kafka_offset,
    source_time,
    rejected_at
FROM mart.reject_versions FINAL
WHERE
    id = ''
    OR (kind, id, version) IN (
        {% for kind in kinds %}
        SELECT
            '{{ kind.name }}' AS kind,
            versions.id,
            max(versions.version) AS version
        FROM mart.{{ kind.singular }}_versions AS versions
        WHERE
            versions.id IN (
                SELECT rejects.id
                FROM mart.reject_versions AS rejects
                WHERE rejects.kind = '{{ kind.name }}'
            )
        GROUP BY versions.id
        {% if not loop.last %}
        UNION ALL
        {% endif %}
        {% endfor %}
    )
