-- The lines of a customer's purchases, with the groups and products that count for features.
SELECT
    lines.purchase_id AS purchase_id,
    lines.product_id AS product_id,
    lines.product_name AS product_name,
    coalesce(toString(lines.product_group), 'unknown') AS product_group,
    coalesce(products.is_organic, false) AS is_organic
FROM mart.purchase_items AS lines
LEFT ANY JOIN mart.products AS products ON lines.product_id = products.product_id
WHERE lines.customer_id = {customer:String}
ORDER BY
    purchase_id,
    line_number
