-- The stores: one row for each store that is not deleted and whose newest document is clean.
CREATE OR REPLACE VIEW mart.stores{{ on_cluster }}
DEFINER = CURRENT_USER SQL SECURITY DEFINER AS  -- noqa: CP02
SELECT
    id AS store_id,
    store_name,
    store_network,
    store_type_description,
    type,
    categories,
    manager_name,
    shop_current(manager_phone) AS manager_phone,
    shop_current(manager_email) AS manager_email,
    country,
    city,
    street,
    house,
    postal_code,
    latitude,
    longitude,
    opening_hours_mon_fri,
    opening_hours_sat,
    opening_hours_sun,
    accepts_online_orders,
    delivery_available,
    warehouse_connected,
    last_inventory_date,
    source_time,
    ingested_at
FROM mart.store_versions FINAL
