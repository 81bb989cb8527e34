-- The rows that a slice of RAW gives and mart.<kind>_versions lacks, in this version and in every newer one.
-- For each kind
-- Variables: columns, the columns to give, or count(); cleaning, the SELECT of the view mart.<kind>_cleaning, or that
-- of identified_rows, where nothing but a number is wanted; identifying, that of identified_rows.
{% from 'macros/raw_slice.sql' import in_slice %}
WITH
expected AS (
    {{ cleaning | indent(4) }}
),

identified AS (
    {{ identifying | indent(4) }}
),

stored AS (
    SELECT
        id AS stored_id,
        max(version) AS stored_version,
        1 AS is_stored
    FROM mart.{{ kind.singular }}_versions
    WHERE
        id IN (
            SELECT identified.id
            FROM identified
            WHERE
                {{ in_slice() | indent(16) }}
        )
    GROUP BY id
)

SELECT {{ columns }}
FROM expected
LEFT JOIN stored ON expected.id = stored.stored_id
WHERE
    {{ in_slice() | indent(4) }}
    AND (is_stored = 0 OR stored_version < version)
