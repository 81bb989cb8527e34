-- The duplicate ratio of each RAW table, and a colour: green within the limit, red beyond it.
-- Reads: quality/duplicate_ratio
SELECT
    transform(kind, {kind_codes:Array(String)}, {kind_titles:Array(String)}, kind) AS name,
    duplicate_ratio,
    if(duplicate_ratio > {maximum_duplicate_ratio:Float64}, 'red', 'green') AS color
FROM duplicate_ratio
ORDER BY kind
