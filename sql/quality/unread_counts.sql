-- The values that are there and could not be read, by field and reason, with one example's shape and one document.
SELECT
    kind,
    field,
    reason,
    count() AS unread_count,
    any(example) AS example,
    min(id) AS document
FROM mart.unread_values
GROUP BY
    kind,
    field,
    reason
ORDER BY
    unread_count DESC,
    kind ASC,
    field ASC,
    reason ASC
