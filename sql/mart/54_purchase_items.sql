-- The lines of the purchases, numbered from 1 in the order of the document. An unreadable line keeps its number, with
-- NULLs.
CREATE OR REPLACE VIEW mart.purchase_items{{ on_cluster }}
DEFINER = CURRENT_USER SQL SECURITY DEFINER AS  -- noqa: CP02
SELECT
    id AS purchase_id,
    line_number,
    customer_id,
    store_id,
    purchase_datetime,
    line.product_id AS product_id,
    line.product_name AS product_name,
    line.category AS category,
    line.product_group AS product_group,
    line.quantity AS quantity,
    line.unit AS unit,
    line.price_per_unit AS price_per_unit,
    line.total_price AS total_price
FROM mart.purchase_versions FINAL
ARRAY JOIN
    items AS line,
    arrayEnumerate(items) AS line_number
