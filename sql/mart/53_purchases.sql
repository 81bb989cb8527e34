-- The purchases: one row for each purchase that is not deleted and whose newest document is clean. store_city is the
-- city of the store's own document, or else the copy in the purchase. The lines are in mart.purchase_items.
CREATE OR REPLACE VIEW mart.purchases{{ on_cluster }}
DEFINER = CURRENT_USER SQL SECURITY DEFINER AS  -- noqa: CP02
SELECT
    purchases.id AS purchase_id,
    purchases.customer_id AS customer_id,
    purchases.customer_first_name AS customer_first_name,
    purchases.customer_last_name AS customer_last_name,
    shop_current(purchases.customer_email) AS customer_email,
    shop_current(purchases.customer_phone) AS customer_phone,
    purchases.customer_is_loyalty_member AS customer_is_loyalty_member,
    purchases.customer_loyalty_card_number AS customer_loyalty_card_number,
    purchases.store_id AS store_id,
    purchases.store_name AS store_name,
    purchases.store_network AS store_network,
    purchases.store_type_description AS store_type_description,
    coalesce(stores.city, purchases.store_city) AS store_city,
    purchases.store_street AS store_street,
    purchases.store_house AS store_house,
    purchases.store_postal_code AS store_postal_code,
    purchases.purchase_datetime AS purchase_datetime,
    purchases.purchase_has_time AS has_time,
    purchases.total_amount AS total_amount,
    purchases.payment_method AS payment_method,
    purchases.is_delivery AS is_delivery,
    toUInt32(length(purchases.items)) AS line_count,
    purchases.delivery_city AS delivery_city,
    purchases.delivery_street AS delivery_street,
    purchases.delivery_house AS delivery_house,
    purchases.delivery_apartment AS delivery_apartment,
    purchases.delivery_postal_code AS delivery_postal_code,
    purchases.source_time AS source_time,
    purchases.ingested_at AS ingested_at
FROM mart.purchase_versions AS purchases FINAL
LEFT ANY JOIN mart.stores AS stores ON purchases.store_id = stores.store_id
