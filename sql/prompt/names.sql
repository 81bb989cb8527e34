-- The names of tables, views and columns of RAW and MART, which the prompt of `shop query` completes.
SELECT DISTINCT arrayJoin([concat(database, '.', table), name]) AS word
FROM system.columns
WHERE database IN ('mart', 'raw')
ORDER BY word
