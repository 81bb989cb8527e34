-- Revenue and lines sold in the period, by product group.
-- Reads: dashboards/filtered_purchases
SELECT
    transform(
        CAST(product_group AS String),
        {group_codes:Array(String)},
        {group_titles:Array(String)},
        CAST(product_group AS String)
    ) AS name,
    toFloat64(coalesce(sum(total_price), 0)) AS revenue,
    toInt64(count()) AS lines
FROM mart.purchase_items
WHERE purchase_id IN (SELECT filtered_purchases.purchase_id FROM filtered_purchases)
GROUP BY product_group
ORDER BY
    revenue DESC,
    name ASC
