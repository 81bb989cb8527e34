-- The fifteen products with the largest revenue in the period.
-- Reads: dashboards/filtered_purchases
SELECT
    concat(upperUTF8(substringUTF8(product_name, 1, 1)), substringUTF8(product_name, 2)) AS name,
    toFloat64(coalesce(sum(total_price), 0)) AS revenue,
    toInt64(count()) AS lines
FROM (
    SELECT
        coalesce(items.product_name, items.product_id, 'не указан') AS product_name,
        items.total_price AS total_price
    FROM mart.purchase_items AS items
    WHERE items.purchase_id IN (SELECT filtered_purchases.purchase_id FROM filtered_purchases)
) AS sold
GROUP BY name
ORDER BY
    revenue DESC,
    name ASC
LIMIT 15
