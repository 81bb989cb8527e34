-- How many documents of each kind differ between MART and RAW, and a colour: green when none does.
-- Reads: quality/mart_difference_counts
SELECT
    transform(kind, {kind_codes:Array(String)}, {kind_titles:Array(String)}, kind) AS name,
    toInt64(differences) AS differences,
    if(differences > 0, 'red', 'green') AS color
FROM mart_difference_counts
ORDER BY kind
