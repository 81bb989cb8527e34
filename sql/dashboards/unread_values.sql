-- Values that could not be read, by field and reason; one row that says so when there are none.
-- Reads: quality/unread_shares
SELECT
    transform(
        CAST(kind AS String), {kind_codes:Array(String)}, {kind_titles:Array(String)}, CAST(kind AS String)
    ) AS kind,
    field,
    reason,
    example,
    toInt64(unread_count) AS unread_count
FROM unread_shares
UNION ALL
SELECT
    '—' AS kind,
    '—' AS field,
    'непрочитанных значений нет' AS reason,
    '' AS example,
    0 AS unread_count
WHERE (SELECT count() FROM unread_shares) = 0
ORDER BY
    unread_count DESC,
    kind ASC,
    field ASC,
    reason ASC
