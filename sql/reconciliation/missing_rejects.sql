-- The rejects that a slice of RAW gives and mart.reject_versions lacks, in this version and in every newer one.
-- For each kind
-- Variables: columns, the columns to give, or count(); cleaning, the SELECT of the view mart.<kind>_cleaning;
-- identifying, that of identified_rows; source, where cleaned rows are read from. The table of versions has the newest
-- version of each id; `cleaned`, what the view gives, has older ones too, and costs cleaning every document again.
-- The view is there once: ClickHouse plans each use of it.
{% from 'macros/raw_slice.sql' import in_slice %}
{% from 'macros/rejects.sql' import reject_columns, rejects_from %}
WITH
{% if source == 'cleaned' %}
cleaned AS (
    {{ cleaning | indent(4) }}
),

{% endif %}
expected AS (
    {% if source == 'cleaned' %}
    {{ reject_columns(kind, source) | indent(4) }}
    -- Leaves out the rows without reasons. As a condition of WHERE it would be planned through all of the view's stages,
    -- which takes more than a gigabyte.
    ARRAY JOIN arrayResize([1], toUInt64(notEmpty(reasons))) AS is_rejected
    {% else %}
    {{ rejects_from(kind, source) | indent(4) }}
    {% endif %}
),

identified AS (
    {{ identifying | indent(4) }}
),

touched AS (
    SELECT id
    FROM identified
    WHERE
        {{ in_slice() | indent(8) }}
),

stored AS (
    SELECT
        id AS stored_id,
        payload_hash AS stored_hash,
        max(version) AS stored_version,
        1 AS is_stored
    FROM mart.reject_versions
    WHERE
        kind = '{{ kind.name }}'
        AND id IN (SELECT touched.id FROM touched)
    GROUP BY
        id,
        payload_hash
)

SELECT {{ columns }}
FROM expected
LEFT JOIN stored ON expected.id = stored.stored_id AND expected.payload_hash = stored.stored_hash
WHERE
    {{ in_slice() | indent(4) }}
    -- Finds the rows of the slice by the key of the table of versions, instead of reading all of it.
    AND id IN (SELECT touched.id FROM touched)
    AND (is_stored = 0 OR stored_version < version)
