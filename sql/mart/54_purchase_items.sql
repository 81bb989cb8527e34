-- The lines of the purchases, numbered from 1 in the order of the document, without those that were voided. An
-- unreadable line keeps its number, with NULLs. product_group is that of the line's own category; where the category is
-- missing or unknown, it is the product's group.
CREATE OR REPLACE VIEW mart.purchase_items{{ on_cluster }}
DEFINER = CURRENT_USER SQL SECURITY DEFINER AS  -- noqa: CP02
SELECT
    lines.id AS purchase_id,
    lines.line_number AS line_number,
    lines.customer_id AS customer_id,
    lines.store_id AS store_id,
    lines.purchase_datetime AS purchase_datetime,
    lines.line.product_id AS product_id,
    lines.line.product_name AS product_name,
    lines.line.category AS category,
    if(
        lines.line.product_group = 'unknown' AND products.product_group != '',
        products.product_group,
        lines.line.product_group
    ) AS product_group,
    lines.line.quantity AS quantity,
    lines.line.unit AS unit,
    lines.line.price_per_unit AS price_per_unit,
    lines.line.total_price AS total_price
FROM (
    SELECT
        id,
        line_number,
        customer_id,
        store_id,
        purchase_datetime,
        line
    FROM mart.purchase_versions FINAL
    ARRAY JOIN
        items AS line,
        arrayEnumerate(items) AS line_number
) AS lines
LEFT ANY JOIN mart.products AS products ON lines.line.product_id = products.product_id
