-- Values that could not be read, by field and reason; one row that says so when there are none.
-- Reads: quality/unread_counts
SELECT
    kind,
    field,
    reason,
    example,
    unread_count
FROM (
    SELECT
        *,
        is_none = min(is_none) OVER () AS is_shown
    FROM (
        SELECT
            transform(
                CAST(kind AS String), {kind_codes:Array(String)}, {kind_titles:Array(String)}, CAST(kind AS String)
            ) AS kind,
            field,
            reason,
            example,
            toInt64(unread_count) AS unread_count,
            0 AS is_none
        FROM unread_counts
        UNION ALL
        SELECT
            '—' AS kind,
            '—' AS field,
            'непрочитанных значений нет' AS reason,
            '' AS example,
            0 AS unread_count,
            1 AS is_none
    ) AS found
) AS listed
WHERE is_shown
ORDER BY
    unread_count DESC,
    kind ASC,
    field ASC,
    reason ASC
