-- The result of a statement that is remembered of a state of the warehouse.
SELECT
    structure,
    result_rows
FROM raw.query_results FINAL
WHERE statement = {statement:UInt64} AND state = {state:UInt64}
