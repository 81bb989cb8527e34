-- Rejected documents by reason; one row that says so when there are none.
-- Reads: quality/rejects_by_reason
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
            CAST(reason AS String) AS reason,
            toInt64(documents) AS documents,
            0 AS is_none
        FROM rejects_by_reason
        UNION ALL
        SELECT
            '—' AS kind,
            'отклонённых документов нет' AS reason,
            0 AS documents,
            1 AS is_none
    ) AS found
) AS listed
WHERE is_shown
ORDER BY
    documents DESC,
    kind ASC,
    reason ASC
