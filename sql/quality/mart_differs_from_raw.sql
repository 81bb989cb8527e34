-- The documents that MART does not show as their newest message in RAW requires, each with the difference; normally
-- none. The newest message must have reached MART, be shown unless it is a tombstone or rejected, and be among the
-- rejects when it is rejected.
SELECT
    kind,
    document_id,
    multiIf(
        newest_in_mart = 0, 'not in MART',
        newest_in_raw > newest_in_mart, 'MART is older than RAW',
        newest_in_raw < newest_in_mart, 'MART is newer than RAW',
        shown > 1, 'shown more than once',
        shown = 1 AND newest_is_hidden = 1, 'shown though deleted or rejected',
        shown = 0 AND newest_is_hidden = 0, 'not shown though clean',
        'not among the rejects'
    ) AS difference
FROM (
    SELECT
        kind,
        document_id,
        max(raw_version) AS newest_in_raw,
        max(mart_version) AS newest_in_mart,
        argMax(is_hidden, mart_version) AS newest_is_hidden,
        argMax(is_rejected, mart_version) AS newest_is_rejected,
        sum(is_shown) AS shown,
        max(reject_version) AS newest_reject
    FROM (
        {% for kind in kinds %}
        SELECT
            '{{ kind.name }}' AS kind,
            coalesce(shop_clean(id), '') AS document_id,
            shop_version(
                shop_bounded_time(source_time, kafka_timestamp, ingested_at), kafka_offset
            ) AS raw_version,
            toUInt128(0) AS mart_version,
            0 AS is_hidden,
            0 AS is_rejected,
            0 AS is_shown,
            toUInt128(0) AS reject_version
        FROM raw.{{ kind.name }}
        UNION ALL
        SELECT
            '{{ kind.name }}' AS kind,
            id AS document_id,
            toUInt128(0) AS raw_version,
            version AS mart_version,
            is_deleted AS is_hidden,
            notEmpty(reasons) AS is_rejected,
            0 AS is_shown,
            toUInt128(0) AS reject_version
        FROM mart.{{ kind.singular }}_versions
        UNION ALL
        SELECT
            '{{ kind.name }}' AS kind,
            {{ kind.singular }}_id AS document_id,
            toUInt128(0) AS raw_version,
            toUInt128(0) AS mart_version,
            0 AS is_hidden,
            0 AS is_rejected,
            1 AS is_shown,
            toUInt128(0) AS reject_version
        FROM mart.{{ kind.name }}
        UNION ALL
        {% endfor %}
        SELECT
            kind,
            id AS document_id,
            toUInt128(0) AS raw_version,
            toUInt128(0) AS mart_version,
            0 AS is_hidden,
            0 AS is_rejected,
            0 AS is_shown,
            version AS reject_version
        FROM mart.reject_versions
    ) AS traces
    GROUP BY
        kind,
        document_id
) AS documents
WHERE
    newest_in_raw != newest_in_mart
    OR shown != 1 - newest_is_hidden
    OR (newest_is_rejected = 1 AND newest_reject < newest_in_mart)
ORDER BY
    kind,
    document_id
