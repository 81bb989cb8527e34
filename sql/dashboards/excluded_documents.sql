-- Documents that were delivered and do not count, by what says so; one row that says so when there are none.
-- Reads: quality/excluded_counts
SELECT
    kind,
    reason,
    documents
FROM (
    SELECT
        *,
        is_none = min(is_none) OVER () AS is_shown
    FROM (
        SELECT
            transform(
                CAST(kind AS String), {kind_codes:Array(String)}, {kind_titles:Array(String)}, CAST(kind AS String)
            ) AS kind,
            CAST(excluded AS String) AS reason,
            toInt64(documents) AS documents,
            0 AS is_none
        FROM excluded_counts
        UNION ALL
        SELECT
            '—' AS kind,
            'исключённых документов нет' AS reason,
            0 AS documents,
            1 AS is_none
    ) AS found
) AS listed
WHERE is_shown
ORDER BY
    documents DESC,
    kind ASC,
    reason ASC
