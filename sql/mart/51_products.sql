-- The products: one row for each product that is not deleted and whose newest document is clean; product_group is the
-- code of the group.
CREATE OR REPLACE VIEW mart.products{{ on_cluster }}
DEFINER = CURRENT_USER SQL SECURITY DEFINER AS  -- noqa: CP02
SELECT
    id AS product_id,
    name,
    group_label,
    product_group,
    description,
    calories,
    protein,
    fat,
    carbohydrates,
    price,
    unit,
    origin_country,
    expiry_days,
    is_organic,
    barcode,
    manufacturer_name,
    manufacturer_country,
    manufacturer_website,
    manufacturer_inn,
    source_time,
    ingested_at
FROM mart.product_versions FINAL
