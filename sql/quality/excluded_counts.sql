-- How many documents were delivered and do not count, by what says so.
SELECT
    kind,
    excluded,
    count() AS documents,
    min(id) AS document
FROM mart.excluded_documents
GROUP BY
    kind,
    excluded
ORDER BY
    documents DESC,
    kind ASC,
    excluded ASC
