-- The tables and views of RAW and MART: `\d` in the prompt of `shop query`.
SELECT
    concat(database, '.', name) AS table,
    engine
FROM system.tables
WHERE database IN ('mart', 'raw')
ORDER BY database, name
