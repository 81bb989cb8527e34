-- The rejects that a slice of RAW gives and mart.reject_versions lacks, in this version and in every newer one.
-- For each kind
-- Variables: columns, the columns to give, or count(); cleaning, the SELECT of the view mart.<kind>_cleaning; source,
-- where cleaned rows are read from. The table of versions has the newest version of each id; `cleaned`, what the view
-- gives, has older ones too, and costs cleaning every document again.
{% from 'macros/raw_slice.sql' import in_slice %}
{% from 'macros/rejects.sql' import rejects_from %}
WITH
cleaned AS (
    {{ cleaning | indent(4) }}
),

expected AS (
    {{ rejects_from(kind, source) | indent(4) }}
),

touched AS (
    SELECT id
    FROM cleaned
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
