-- The share of rejected documents of each kind, and a colour: green within the limit, red beyond it.
-- Reads: quality/rejected_share
SELECT
    transform(kind, {kind_codes:Array(String)}, {kind_titles:Array(String)}, kind) AS name,
    rejected_share,
    if(rejected_share > {maximum_rejected_share:Float64}, 'red', 'green') AS color
FROM rejected_share
ORDER BY kind
