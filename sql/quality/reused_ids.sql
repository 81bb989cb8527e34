-- Ids that stood for something else before: with what MART shows now, and with the oldest of what they stood for. What
-- older rules made of a version that today's rules have read does not count, nor does what is older than the identity
-- that an operator accepted: a row without an identity, of the same time.
SELECT
    kind,
    id,
    argMin(identity, source_time) AS earlier,
    argMax(identity, source_time) AS current
FROM (
    SELECT
        kind,
        id,
        identity,
        source_time,
        cleaned_by = shop_rules() AS is_read_today,
        max(is_read_today) OVER (PARTITION BY kind, id, source_time) AS is_time_read_today,
        max(if(identity = '', source_time, 0)) OVER (PARTITION BY kind, id) AS accepted_at
    FROM mart.document_identities FINAL
) AS identities
WHERE identity != '' AND source_time >= accepted_at AND is_read_today = is_time_read_today
GROUP BY kind, id
HAVING earlier != current
ORDER BY kind, id
