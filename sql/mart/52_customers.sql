-- The registered customers: one row for each customer who is not deleted and whose newest document is clean. Phone and
-- e-mail are encrypted.
CREATE OR REPLACE VIEW mart.customers{{ on_cluster }}
DEFINER = CURRENT_USER SQL SECURITY DEFINER AS  -- noqa: CP02
SELECT
    id AS customer_id,
    first_name,
    last_name,
    shop_current(email) AS email,
    shop_current(phone) AS phone,
    birth_date,
    gender,
    registration_date,
    is_loyalty_member,
    loyalty_card_number,
    purchase_location_store_id,
    purchase_location_store_name,
    purchase_location_store_network,
    purchase_location_store_type_description,
    purchase_location_country,
    purchase_location_city,
    purchase_location_street,
    purchase_location_house,
    purchase_location_postal_code,
    delivery_country,
    delivery_city,
    delivery_street,
    delivery_house,
    delivery_apartment,
    delivery_postal_code,
    preferred_language,
    preferred_payment_method,
    receive_promotions,
    source_time,
    ingested_at
FROM mart.customer_versions FINAL
