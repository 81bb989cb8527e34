-- How many documents of each kind MART does not show as RAW requires; normally 0.
-- Reads: quality/mart_differs_from_raw
SELECT
    kind,
    countIf(document_id != '') AS differences
FROM (
    SELECT
        kind,
        document_id
    FROM mart_differs_from_raw
    UNION ALL
    SELECT
        arrayJoin(['{{ kinds | map(attribute="name") | join("', '") }}']) AS kind,
        '' AS document_id
) AS found
GROUP BY kind
ORDER BY kind
