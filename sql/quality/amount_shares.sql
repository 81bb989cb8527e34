-- The share of the compared amounts that do not agree, of each comparison; 0 where nothing can be compared.
-- Reads: quality/amounts
SELECT
    what,
    sum(pairs) AS compared,
    sum(wrong) / greatest(compared, 1) AS wrong_share
FROM (
    SELECT
        what,
        pairs,
        wrong
    FROM amounts
    UNION ALL
    SELECT
        arrayJoin([
            'price of a line and of its product',
            'total of a line and its quantity times its price',
            'total of a receipt and of its lines',
            'total of a receipt and of its products'
        ]) AS what,
        0 AS pairs,
        0 AS wrong
) AS comparisons
GROUP BY what
ORDER BY what
