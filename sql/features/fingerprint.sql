-- How many rows a query of the features has, and a hash of them: a sum, so that their order does not matter. The
-- columns are hashed as one tuple, because a NULL among separate arguments would make the hash NULL.
-- Variables: rows, the query.
SELECT
    count() AS row_count,
    sum(sipHash64(tuple(*))) AS row_hash
FROM (
    {{ rows | indent(4) }}
) AS found
