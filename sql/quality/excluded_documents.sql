-- How many documents of each kind were delivered and do not count.
-- Reads: quality/excluded_counts
SELECT
    kind,
    sum(documents) AS documents
FROM excluded_counts
GROUP BY kind
ORDER BY kind
