-- Labels that belong to none of the five product groups, and how often they occur in products and in lines.
SELECT
    place,
    label,
    occurrences
FROM (
    SELECT
        'products' AS place,
        CAST(group_label AS Nullable(String)) AS label,
        count() AS occurrences
    FROM mart.products
    WHERE product_group = 'unknown'
    GROUP BY label
    UNION ALL
    SELECT
        'purchase_items' AS place,
        CAST(category AS Nullable(String)) AS label,
        count() AS occurrences
    FROM mart.purchase_items
    WHERE product_group = 'unknown'
    GROUP BY label
) AS labels
ORDER BY
    occurrences DESC,
    place ASC,
    label ASC
