-- Revenue and lines sold in the period, by product group.
-- Reads: dashboards/filtered_purchases
{% from 'macros/amounts.sql' import line_total -%}
SELECT
    transform(
        CAST(items.product_group AS String),
        {group_codes:Array(String)},
        {group_titles:Array(String)},
        CAST(items.product_group AS String)
    ) AS name,
    sum({{ line_total('items') | indent(4) }}) AS revenue,
    toInt64(count()) AS lines
FROM mart.purchase_items AS items
WHERE items.purchase_id IN (SELECT filtered_purchases.purchase_id FROM filtered_purchases)
GROUP BY items.product_group
ORDER BY
    revenue DESC,
    name ASC
