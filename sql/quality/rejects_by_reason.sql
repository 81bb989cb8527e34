-- How many documents are rejected for which reason; a document with two reasons counts for each.
SELECT
    kind,
    reason,
    count() AS documents
FROM mart.open_rejects
ARRAY JOIN reasons AS reason
GROUP BY
    kind,
    reason
ORDER BY
    documents DESC,
    kind ASC,
    reason ASC
