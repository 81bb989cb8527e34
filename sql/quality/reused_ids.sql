-- Ids that stood for something else before: with what MART shows now, and with the oldest of what they stood for.
SELECT
    kind,
    id,
    argMin(identity, source_time) AS earlier,
    argMax(identity, source_time) AS current
FROM mart.document_identities FINAL
GROUP BY kind, id
HAVING earlier != current
ORDER BY kind, id
