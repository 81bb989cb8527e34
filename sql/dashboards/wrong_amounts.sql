-- The share of the amounts of each comparison that do not agree, and a colour: green within the limit, red beyond it.
-- Reads: quality/amount_shares
SELECT
    transform(what, {amount_codes:Array(String)}, {amount_titles:Array(String)}, what) AS name,
    wrong_share,
    if(wrong_share > {maximum_wrong_amounts:Float64}, 'red', 'green') AS color
FROM amount_shares
ORDER BY what
