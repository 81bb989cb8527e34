-- How many documents have a value that is there and could not be read, by field and reason, with one example's shape.
-- quality/unread_counts counts the values: a document can have one in each line.
SELECT
    kind,
    field,
    reason,
    uniqExact(id) AS documents,
    any(example) AS example
FROM mart.unread_values
GROUP BY
    kind,
    field,
    reason
ORDER BY
    documents DESC,
    kind ASC,
    field ASC,
    reason ASC
