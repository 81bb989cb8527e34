-- What some ids stand for now, as today's rules read it, and the time of that version.
-- For each kind
SELECT
    id,
    argMax(identity, (source_time, cleaned_by = shop_rules())) AS current_identity,
    max(source_time) AS newest_time
FROM mart.document_identities FINAL
WHERE
    kind = '{{ kind.name }}'
    AND id IN {ids:Array(String)}
    AND identity != ''
GROUP BY id
