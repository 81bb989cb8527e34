-- How many messages a RAW table has.
-- For each kind
SELECT count() AS row_count
FROM raw.{{ kind.name }}
