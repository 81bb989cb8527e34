-- The names of what migrations make: databases, tables and views with their database, functions.
SELECT concat(database, '.', name) AS name
FROM system.tables
WHERE database IN ('raw', 'mart')
UNION ALL
SELECT name
FROM system.databases
UNION ALL
SELECT name
FROM system.functions
