-- Documents that were delivered and do not count, by what says so; one row that says so when there are none.
-- Reads: quality/excluded_counts
SELECT
    transform(
        CAST(kind AS String), {kind_codes:Array(String)}, {kind_titles:Array(String)}, CAST(kind AS String)
    ) AS kind,
    CAST(excluded AS String) AS reason,
    toInt64(documents) AS documents
FROM excluded_counts
UNION ALL
SELECT
    '—' AS kind,
    'исключённых документов нет' AS reason,
    0 AS documents
WHERE (SELECT count() FROM excluded_counts) = 0
ORDER BY
    documents DESC,
    kind ASC,
    reason ASC
