-- Rejected documents by reason; one row that says so when there are none.
-- Reads: quality/rejects_by_reason
SELECT
    transform(
        CAST(kind AS String), {kind_codes:Array(String)}, {kind_titles:Array(String)}, CAST(kind AS String)
    ) AS kind,
    reason,
    toInt64(documents) AS documents
FROM rejects_by_reason
UNION ALL
SELECT
    '—' AS kind,
    'отклонённых документов нет' AS reason,
    0 AS documents
WHERE (SELECT count() FROM rejects_by_reason) = 0
ORDER BY
    documents DESC,
    kind ASC,
    reason ASC
