-- Labels that belong to none of the five product groups, and how often they occur in products and in lines: a line's
-- own category counts also where its product has a group. A line without a category counts if its product has no group.
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
        if(isNull(label), countIf(product_group = 'unknown'), count()) AS occurrences
    FROM mart.purchase_items
    GROUP BY label
    HAVING shop_product_group(label) = 'unknown' AND occurrences > 0
) AS labels
ORDER BY
    occurrences DESC,
    place ASC,
    label ASC
