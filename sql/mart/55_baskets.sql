-- What the features need of a purchase, one row each: narrow, so that Spark does not read the lines. A missing
-- is_delivery counts as no delivery. has_organic follows the product's own document.
CREATE OR REPLACE VIEW mart.baskets{{ on_cluster }}
DEFINER = CURRENT_USER SQL SECURITY DEFINER AS  -- noqa: CP02
SELECT
    purchases.id AS purchase_id,
    purchases.customer_id AS customer_id,
    CAST(purchases.store_id AS String) AS store_id,
    CAST(coalesce(purchases.store_city, stores.city) AS Nullable(String)) AS store_city,
    purchases.purchase_datetime AS purchase_datetime,
    purchases.total_amount AS total_amount,
    CAST(purchases.payment_method AS Nullable(String)) AS payment_method,
    toUInt8(coalesce(purchases.is_delivery, false)) AS is_delivery,
    toUInt32(length(purchases.items.product_group)) AS line_count,
    has(purchases.items.product_group, 'bakery') AS has_bakery,
    has(purchases.items.product_group, 'meat') AS has_meat,
    has(purchases.items.product_group, 'dairy') AS has_dairy,
    has(purchases.items.product_group, 'fruit') AS has_fruit,
    has(purchases.items.product_group, 'vegetable') AS has_vegetable,
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
    ) AS has_organic
FROM mart.purchase_versions AS purchases FINAL
LEFT ANY JOIN mart.stores AS stores ON purchases.store_id = stores.store_id
