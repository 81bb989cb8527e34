-- Cleans each message of raw.products when it arrives: one row in mart.product_versions per message, with the reasons
-- if the document is rejected. No expression may throw, whatever the payload: the message would be in RAW only.
-- The linter would move the expressions of WITH to the margin:
-- noqa: disable=LT02
CREATE MATERIALIZED VIEW IF NOT EXISTS mart.products_cleaning{{ on_cluster }} TO mart.product_versions AS
WITH
    JSONExtractRaw(payload, 'kbju') AS kbju_json,
    JSONExtractRaw(payload, 'manufacturer') AS manufacturer_json,
    JSONExtractRaw(payload, 'name') AS name_json,
    shop_text(name_json) AS known_name,
    JSONExtractRaw(payload, 'group') AS group_label_json,
    shop_text(group_label_json) AS known_group_label,
    JSONExtractRaw(payload, 'price') AS price_json,
    shop_money(price_json) AS known_price,
    shop_clean(messages.id) AS message_key,
    arrayFilter(
        reason -> reason != '',
        arrayPushFront(
            multiIf(
                messages.operation = 'delete', [],
                JSONType(payload) != 'Object', [shop_key_fault(message_key), 'payload: not a JSON object'],
                [
                    shop_key_fault(message_key),
                    shop_id_fault('id', message_key, JSONExtractRaw(payload, 'id')),
                    shop_fault('name', name_json, known_name),
                    shop_fault('group', group_label_json, known_group_label),
                    shop_fault('price', price_json, known_price),
                    shop_negative('price', price_json)
                ]
            ),
            shop_time_fault(messages.source_time, messages.kafka_timestamp, messages.ingested_at)
        )
    ) AS faults
SELECT
    coalesce(message_key, '') AS id,
    coalesce(known_name, '') AS name,
    coalesce(known_group_label, '') AS group_label,
    shop_product_group(known_group_label) AS product_group,
    shop_text(JSONExtractRaw(payload, 'description')) AS description,
    shop_float(JSONExtractRaw(kbju_json, 'calories')) AS calories,
    shop_float(JSONExtractRaw(kbju_json, 'protein')) AS protein,
    shop_float(JSONExtractRaw(kbju_json, 'fat')) AS fat,
    shop_float(JSONExtractRaw(kbju_json, 'carbohydrates')) AS carbohydrates,
    coalesce(known_price, 0) AS price,
    shop_text(JSONExtractRaw(payload, 'unit')) AS unit,
    shop_text(JSONExtractRaw(payload, 'origin_country')) AS origin_country,
    shop_integer(JSONExtractRaw(payload, 'expiry_days')) AS expiry_days,
    shop_bool(JSONExtractRaw(payload, 'is_organic')) AS is_organic,
    shop_text(JSONExtractRaw(payload, 'barcode')) AS barcode,
    shop_text(JSONExtractRaw(manufacturer_json, 'name')) AS manufacturer_name,
    shop_text(JSONExtractRaw(manufacturer_json, 'country')) AS manufacturer_country,
    shop_text(JSONExtractRaw(manufacturer_json, 'website')) AS manufacturer_website,
    shop_text(JSONExtractRaw(manufacturer_json, 'inn')) AS manufacturer_inn,
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
FROM raw.products AS messages
