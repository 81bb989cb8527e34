-- The columns of one table or view: `\d mart.purchases` in the prompt of `shop query`.
-- Variables: table, its name with or without the database.
SELECT
    database,
    name,
    type
FROM system.columns
WHERE
    database IN ('mart', 'raw')
    AND '{{ table }}' IN (table, concat(database, '.', table))
ORDER BY database, position
