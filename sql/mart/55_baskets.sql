-- What the features need of a purchase, one row each: narrow, so that Spark does not read the lines. A missing
-- is_delivery counts as no delivery. A line's group is that of its own category, or its product's group where that is
-- missing or unknown; the city is that of the store's own document, with a blank for each
-- hyphen, so that ростов на дону and ростов-на-дону are one. has_organic follows the product's own document.
CREATE OR REPLACE VIEW mart.baskets{{ on_cluster }}
DEFINER = CURRENT_USER SQL SECURITY DEFINER AS  -- noqa: CP02
SELECT
    purchases.id AS purchase_id,
    purchases.customer_id AS customer_id,
    CAST(purchases.store_id AS String) AS store_id,
    CAST(replaceAll(coalesce(stores.city, purchases.store_city), '-', ' ') AS Nullable(String)) AS store_city,
    purchases.purchase_datetime AS purchase_datetime,
    purchases.total_amount AS total_amount,
    CAST(purchases.payment_method AS Nullable(String)) AS payment_method,
    toUInt8(coalesce(purchases.is_delivery, false)) AS is_delivery,
    toUInt32(length(purchases.items.product_group)) AS line_count,
    {% for group in ['bakery', 'meat', 'dairy', 'fruit', 'vegetable'] %}
    has(purchases.items.product_group, '{{ group }}')
    OR arrayExists(
        (product, line_group) -> line_group = 'unknown' AND coalesce(
            product IN (
                SELECT {{ group }}_products.product_id
                FROM mart.products AS {{ group }}_products
                WHERE {{ group }}_products.product_group = '{{ group }}'
            ),
            0
        ),
        purchases.items.product_id,
        purchases.items.product_group
    ) AS has_{{ group }},
    {% endfor %}
    arrayExists(
        product -> coalesce(
            product IN (
                SELECT organic.product_id
                FROM mart.products AS organic
                WHERE organic.is_organic
            ),
            0
        ),
        purchases.items.product_id
    ) AS has_organic,
    toUInt8(purchases.purchase_has_time) AS has_time
FROM mart.purchase_versions AS purchases FINAL
LEFT ANY JOIN mart.stores AS stores ON purchases.store_id = stores.store_id
