-- Revenue and sold lines of the period by product group.
-- Reads: dashboards/chosen_purchases
SELECT
    transform(
        CAST(product_group AS String),
        {group_codes:Array(String)},
        {group_words:Array(String)},
        CAST(product_group AS String)
    ) AS name,
    toFloat64(coalesce(sum(total_price), 0)) AS revenue,
    toInt64(count()) AS lines
FROM mart.purchase_items
WHERE purchase_id IN (SELECT chosen_purchases.purchase_id FROM chosen_purchases)
GROUP BY product_group
ORDER BY
    revenue DESC,
    name ASC
