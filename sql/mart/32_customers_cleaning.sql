-- Cleans each message of raw.customers when it arrives: one row in mart.customer_versions per message, with the reasons
-- if the document is rejected. No expression may throw, whatever the payload: the message would be in RAW only.
-- The linter would move the expressions of WITH to the margin:
-- noqa: disable=LT02
CREATE MATERIALIZED VIEW IF NOT EXISTS mart.customers_cleaning{{ on_cluster }} TO mart.customer_versions AS
WITH
    JSONExtractRaw(payload, 'purchase_location') AS purchase_location_json,
    JSONExtractRaw(payload, 'delivery_address') AS delivery_address_json,
    JSONExtractRaw(payload, 'preferences') AS preferences_json,
    JSONExtractRaw(payload, 'registration_date') AS registration_date_json,
    shop_instant(registration_date_json) AS known_registration_date,
    shop_date(JSONExtractRaw(payload, 'birth_date')) AS known_birth_date,
    shop_clean(messages.id) AS message_key,
    arrayFilter(
        reason -> reason != '',
        arrayPushFront(
            multiIf(
                messages.operation = 'delete', [],
                JSONType(payload) != 'Object', [shop_key_fault(message_key), 'payload: not a JSON object'],
                [
                    shop_key_fault(message_key),
                    shop_id_fault('customer_id', message_key, JSONExtractRaw(payload, 'customer_id')),
                    shop_fault('registration_date', registration_date_json, known_registration_date),
                    shop_future(
                        'registration_date', known_registration_date, shop_latest_moment(messages.ingested_at)
                    ),
                    shop_future('birth_date', known_birth_date, toDate(shop_latest_moment(messages.ingested_at)))
                ]
            ),
            shop_time_fault(messages.source_time, messages.kafka_timestamp, messages.ingested_at)
        )
    ) AS faults
SELECT
    coalesce(message_key, '') AS id,
    shop_text(JSONExtractRaw(payload, 'first_name')) AS first_name,
    shop_text(JSONExtractRaw(payload, 'last_name')) AS last_name,
    shop_text(JSONExtractRaw(payload, 'email')) AS email,
    shop_text(JSONExtractRaw(payload, 'phone')) AS phone,
    known_birth_date AS birth_date,
    shop_text(JSONExtractRaw(payload, 'gender')) AS gender,
    coalesce(known_registration_date, toDateTime64(0, 3, 'UTC')) AS registration_date,
    shop_bool(JSONExtractRaw(payload, 'is_loyalty_member')) AS is_loyalty_member,
    shop_text(JSONExtractRaw(payload, 'loyalty_card_number')) AS loyalty_card_number,
    shop_text(JSONExtractRaw(purchase_location_json, 'store_id')) AS purchase_location_store_id,
    shop_text(JSONExtractRaw(purchase_location_json, 'store_name')) AS purchase_location_store_name,
    shop_text(JSONExtractRaw(purchase_location_json, 'store_network')) AS purchase_location_store_network,
    shop_text(
        JSONExtractRaw(purchase_location_json, 'store_type_description')
    ) AS purchase_location_store_type_description,
    shop_text(JSONExtractRaw(purchase_location_json, 'country')) AS purchase_location_country,
    shop_text(JSONExtractRaw(purchase_location_json, 'city')) AS purchase_location_city,
    shop_text(JSONExtractRaw(purchase_location_json, 'street')) AS purchase_location_street,
    shop_text(JSONExtractRaw(purchase_location_json, 'house')) AS purchase_location_house,
    shop_text(JSONExtractRaw(purchase_location_json, 'postal_code')) AS purchase_location_postal_code,
    shop_text(JSONExtractRaw(delivery_address_json, 'country')) AS delivery_country,
    shop_text(JSONExtractRaw(delivery_address_json, 'city')) AS delivery_city,
    shop_text(JSONExtractRaw(delivery_address_json, 'street')) AS delivery_street,
    shop_text(JSONExtractRaw(delivery_address_json, 'house')) AS delivery_house,
    shop_text(JSONExtractRaw(delivery_address_json, 'apartment')) AS delivery_apartment,
    shop_text(JSONExtractRaw(delivery_address_json, 'postal_code')) AS delivery_postal_code,
    shop_text(JSONExtractRaw(preferences_json, 'preferred_language')) AS preferred_language,
    shop_text(JSONExtractRaw(preferences_json, 'preferred_payment_method')) AS preferred_payment_method,
    shop_bool(JSONExtractRaw(preferences_json, 'receive_promotions')) AS receive_promotions,
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
FROM raw.customers AS messages
