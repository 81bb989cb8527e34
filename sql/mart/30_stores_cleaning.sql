-- Cleans each message of raw.stores when it arrives: one row in mart.store_versions per message, with the reasons if
-- the document is rejected. No expression may throw, whatever the payload: the message would be in RAW only.
-- The linter would move the expressions of WITH to the margin:
-- noqa: disable=LT02
CREATE MATERIALIZED VIEW IF NOT EXISTS mart.stores_cleaning{{ on_cluster }} TO mart.store_versions AS
WITH
    JSONExtractRaw(payload, 'manager') AS manager_json,
    JSONExtractRaw(payload, 'location') AS location_json,
    JSONExtractRaw(location_json, 'coordinates') AS coordinates_json,
    JSONExtractRaw(payload, 'opening_hours') AS opening_hours_json,
    JSONExtractRaw(payload, 'store_name') AS store_name_json,
    shop_text(store_name_json) AS known_store_name,
    JSONExtractRaw(payload, 'store_network') AS store_network_json,
    shop_text(store_network_json) AS known_store_network,
    shop_clean(messages.id) AS message_key,
    arrayFilter(
        reason -> reason != '',
        arrayPushFront(
            multiIf(
                messages.operation = 'delete', [],
                JSONType(payload) != 'Object', [shop_key_fault(message_key), 'payload: not a JSON object'],
                [
                    shop_key_fault(message_key),
                    shop_id_fault('store_id', message_key, JSONExtractRaw(payload, 'store_id')),
                    shop_fault('store_name', store_name_json, known_store_name),
                    shop_fault('store_network', store_network_json, known_store_network)
                ]
            ),
            shop_time_fault(messages.source_time, messages.kafka_timestamp, messages.ingested_at)
        )
    ) AS faults
SELECT
    coalesce(message_key, '') AS id,
    coalesce(known_store_name, '') AS store_name,
    coalesce(known_store_network, '') AS store_network,
    shop_text(JSONExtractRaw(payload, 'store_type_description')) AS store_type_description,
    shop_text(JSONExtractRaw(payload, 'type')) AS type,
    arrayFilter(
        label -> label != '',
        arrayMap(json -> coalesce(shop_text(json), ''), JSONExtractArrayRaw(payload, 'categories'))
    ) AS categories,
    shop_text(JSONExtractRaw(manager_json, 'name')) AS manager_name,
    shop_text(JSONExtractRaw(manager_json, 'phone')) AS manager_phone,
    shop_text(JSONExtractRaw(manager_json, 'email')) AS manager_email,
    shop_text(JSONExtractRaw(location_json, 'country')) AS country,
    shop_text(JSONExtractRaw(location_json, 'city')) AS city,
    shop_text(JSONExtractRaw(location_json, 'street')) AS street,
    shop_text(JSONExtractRaw(location_json, 'house')) AS house,
    shop_text(JSONExtractRaw(location_json, 'postal_code')) AS postal_code,
    shop_float(JSONExtractRaw(coordinates_json, 'latitude')) AS latitude,
    shop_float(JSONExtractRaw(coordinates_json, 'longitude')) AS longitude,
    shop_text(JSONExtractRaw(opening_hours_json, 'mon_fri')) AS opening_hours_mon_fri,
    shop_text(JSONExtractRaw(opening_hours_json, 'sat')) AS opening_hours_sat,
    shop_text(JSONExtractRaw(opening_hours_json, 'sun')) AS opening_hours_sun,
    shop_bool(JSONExtractRaw(payload, 'accepts_online_orders')) AS accepts_online_orders,
    shop_bool(JSONExtractRaw(payload, 'delivery_available')) AS delivery_available,
    shop_bool(JSONExtractRaw(payload, 'warehouse_connected')) AS warehouse_connected,
    shop_date(JSONExtractRaw(payload, 'last_inventory_date')) AS last_inventory_date,
    shop_version(
        shop_bounded_time(messages.source_time, messages.kafka_timestamp, messages.ingested_at),
        messages.kafka_offset
    ) AS version,
    messages.operation = 'delete' OR notEmpty(faults) AS is_deleted,
    faults AS reasons,
    if(notEmpty(faults), payload, '') AS rejected_payload,
    messages.operation AS operation,
    messages.source_time AS source_time,
    messages.kafka_topic AS kafka_topic,
    messages.kafka_topic_id AS kafka_topic_id,
    messages.kafka_partition AS kafka_partition,
    messages.kafka_offset AS kafka_offset,
    messages.ingested_at AS ingested_at
FROM raw.stores AS messages
