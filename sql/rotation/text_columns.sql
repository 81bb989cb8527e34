-- The columns of a table that hold text.
SELECT name
FROM system.columns
WHERE
    concat(database, '.', table) = {table:String}
    AND type LIKE '%String%'
    AND default_kind IN ('', 'DEFAULT')
