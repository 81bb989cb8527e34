-- The documents of which MART has a newer version than RAW has a message: messages that RAW lost after MART had taken
-- them. Reads the ids and versions of all of RAW and MART.
-- For each kind
{% from 'macros/raw_versions.sql' import raw_version %}
WITH messages AS (
    SELECT
        assumeNotNull(shop_clean(id)) AS document_id,
        max(
            {{ raw_version() }}
        ) AS newest_version
    FROM raw.{{ kind.name }}
    WHERE isNotNull(shop_clean(id))
    GROUP BY document_id
),

versions AS (
    SELECT
        id AS document_id,
        max(version) AS newest_version
    FROM mart.{{ kind.singular }}_versions
    WHERE id != ''
    GROUP BY id
)

SELECT
    versions.document_id AS document_id,
    toUInt64(bitShiftRight(versions.newest_version, 64)) AS newest_time
FROM versions
LEFT JOIN messages ON versions.document_id = messages.document_id
WHERE messages.newest_version < versions.newest_version
ORDER BY document_id
