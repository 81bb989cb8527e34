-- How many inserts into RAW are running.
SELECT count() AS inserts
FROM system.processes
WHERE
    query_kind = 'Insert'
    AND match(query, 'INTO\\s+`?raw`?[.]`?({{ kinds | map(attribute="name") | join("|") }})')
