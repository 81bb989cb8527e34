-- The keys of documents that MART rejected for dates in the future alone, of which none is in the future any more.
-- For each kind
SELECT DISTINCT toValidUTF8(id) AS message_key
FROM raw.{{ kind.name }}
WHERE
    (kafka_topic_id, kafka_partition, kafka_offset) IN (
        SELECT
            kafka_topic_id,
            kafka_partition,
            kafka_offset
        FROM mart.open_rejects
        WHERE
            kind = '{{ kind.name }}'
            AND id != ''
            AND arrayAll(
                reason -> reason IN (
                    'purchase_datetime: in the future', 'registration_date: in the future', 'birth_date: in the future'
                ),
                reasons
            )
            AND (
                NOT has(reasons, 'purchase_datetime: in the future')
                OR shop_instant(shop_text(JSONExtractRaw(payload, 'purchase_datetime')))
                <= shop_latest_moment({now:DateTime64(6, 'UTC')})
            )
            AND (
                NOT has(reasons, 'registration_date: in the future')
                OR shop_instant(shop_text(JSONExtractRaw(payload, 'registration_date')))
                <= shop_latest_moment({now:DateTime64(6, 'UTC')})
            )
            AND (
                NOT has(reasons, 'birth_date: in the future')
                OR shop_date(shop_text(JSONExtractRaw(payload, 'birth_date')))
                <= toDate(shop_latest_moment({now:DateTime64(6, 'UTC')}))
            )
    )
