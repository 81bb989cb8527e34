-- The fifteen products with the largest revenue in the period, by the names of their documents; a line without a
-- product counts by its own name.
-- Reads: dashboards/filtered_purchases
{% from 'macros/amounts.sql' import line_total -%}
SELECT
    concat(upperUTF8(substringUTF8(product_name, 1, 1)), substringUTF8(product_name, 2)) AS name,
    revenue,
    lines
FROM (
    SELECT
        coalesce(nullIf(products.name, ''), sold.line_name, nullIf(sold.product, ''), 'не указан') AS product_name,
        sold.revenue AS revenue,
        sold.lines AS lines
    FROM (
        SELECT
            coalesce(items.product_id, items.product_name, '') AS product,
            any(items.product_name) AS line_name,
            sum({{ line_total('items') | indent(12) }}) AS revenue,
            toInt64(count()) AS lines
        FROM mart.purchase_items AS items
        WHERE items.purchase_id IN (SELECT filtered_purchases.purchase_id FROM filtered_purchases)
        GROUP BY product
        ORDER BY
            revenue DESC,
            product ASC
        LIMIT 15
    ) AS sold
    LEFT ANY JOIN mart.products AS products ON sold.product = products.product_id
) AS named
ORDER BY
    revenue DESC,
    name ASC
