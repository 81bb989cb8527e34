-- Cleans each message of raw.purchases when it arrives: one row in mart.purchase_versions per message, with the reasons
-- if the document is rejected. No expression may throw, whatever the payload: the message would be in RAW only.
-- The linter would move the expressions of WITH to the margin:
-- noqa: disable=LT02
CREATE MATERIALIZED VIEW IF NOT EXISTS mart.purchases_cleaning{{ on_cluster }} TO mart.purchase_versions AS
WITH
    JSONExtractRaw(payload, 'customer') AS customer_json,
    JSONExtractRaw(payload, 'store') AS store_json,
    JSONExtractRaw(store_json, 'location') AS location_json,
    JSONExtractRaw(payload, 'delivery_address') AS delivery_address_json,
    JSONExtractRaw(customer_json, 'customer_id') AS customer_id_json,
    shop_text(customer_id_json) AS known_customer_id,
    JSONExtractRaw(store_json, 'store_id') AS store_id_json,
    shop_text(store_id_json) AS known_store_id,
    JSONExtractRaw(payload, 'total_amount') AS total_amount_json,
    shop_money(total_amount_json) AS known_total_amount,
    JSONExtractRaw(payload, 'purchase_datetime') AS purchase_datetime_json,
    shop_instant(purchase_datetime_json) AS known_purchase_datetime,
    JSONExtractArrayRaw(payload, 'items') AS lines,
    shop_clean(messages.id) AS message_key,
    arrayFilter(
        reason -> reason != '',
        arrayPushFront(
            multiIf(
                messages.operation = 'delete', [],
                JSONType(payload) != 'Object', [shop_key_fault(message_key), 'payload: not a JSON object'],
                [
                    shop_key_fault(message_key),
                    shop_id_fault('purchase_id', message_key, JSONExtractRaw(payload, 'purchase_id')),
                    shop_fault('customer.customer_id', customer_id_json, known_customer_id),
                    shop_fault('store.store_id', store_id_json, known_store_id),
                    shop_fault('total_amount', total_amount_json, known_total_amount),
                    shop_negative('total_amount', total_amount_json),
                    shop_fault('purchase_datetime', purchase_datetime_json, known_purchase_datetime),
                    shop_future(
                        'purchase_datetime', known_purchase_datetime, shop_latest_moment(messages.ingested_at)
                    ),
                    if(empty(lines), 'items: no line', '')
                ]
            ),
            shop_time_fault(messages.source_time, messages.kafka_timestamp, messages.ingested_at)
        )
    ) AS faults
SELECT
    coalesce(message_key, '') AS id,
    coalesce(known_customer_id, '') AS customer_id,
    shop_text(JSONExtractRaw(customer_json, 'first_name')) AS customer_first_name,
    shop_text(JSONExtractRaw(customer_json, 'last_name')) AS customer_last_name,
    shop_text(JSONExtractRaw(customer_json, 'email')) AS customer_email,
    shop_text(JSONExtractRaw(customer_json, 'phone')) AS customer_phone,
    shop_bool(JSONExtractRaw(customer_json, 'is_loyalty_member')) AS customer_is_loyalty_member,
    shop_text(JSONExtractRaw(customer_json, 'loyalty_card_number')) AS customer_loyalty_card_number,
    coalesce(known_store_id, '') AS store_id,
    shop_text(JSONExtractRaw(store_json, 'store_name')) AS store_name,
    shop_text(JSONExtractRaw(store_json, 'store_network')) AS store_network,
    shop_text(JSONExtractRaw(store_json, 'store_type_description')) AS store_type_description,
    shop_text(JSONExtractRaw(location_json, 'city')) AS store_city,
    shop_text(JSONExtractRaw(location_json, 'street')) AS store_street,
    shop_text(JSONExtractRaw(location_json, 'house')) AS store_house,
    shop_text(JSONExtractRaw(location_json, 'postal_code')) AS store_postal_code,
    arrayMap(
        line -> tuple(
            shop_text(JSONExtractRaw(line, 'product_id')),
            shop_text(JSONExtractRaw(line, 'name')),
            shop_text(JSONExtractRaw(line, 'category')),
            shop_product_group(shop_text(JSONExtractRaw(line, 'category'))),
            shop_quantity(JSONExtractRaw(line, 'quantity')),
            shop_text(JSONExtractRaw(line, 'unit')),
            shop_money(JSONExtractRaw(line, 'price_per_unit')),
            shop_money(JSONExtractRaw(line, 'total_price'))
        ),
        lines
    ) AS items,
    coalesce(known_total_amount, 0) AS total_amount,
    shop_text(JSONExtractRaw(payload, 'payment_method')) AS payment_method,
    shop_bool(JSONExtractRaw(payload, 'is_delivery')) AS is_delivery,
    shop_text(JSONExtractRaw(delivery_address_json, 'city')) AS delivery_city,
    shop_text(JSONExtractRaw(delivery_address_json, 'street')) AS delivery_street,
    shop_text(JSONExtractRaw(delivery_address_json, 'house')) AS delivery_house,
    shop_text(JSONExtractRaw(delivery_address_json, 'apartment')) AS delivery_apartment,
    shop_text(JSONExtractRaw(delivery_address_json, 'postal_code')) AS delivery_postal_code,
    coalesce(known_purchase_datetime, toDateTime64(0, 3, 'UTC')) AS purchase_datetime,
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
FROM raw.purchases AS messages
