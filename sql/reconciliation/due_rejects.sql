-- The keys of documents that MART rejected for dates in the future alone, of which none is in the future any more.
-- For each kind
-- A lambda names the text of a date: ClickHouse copies an argument wherever a function uses it, and the copies took it
-- 0.8 s to analyse.
{% from 'macros/future_dates.sql' import rejected_for_future_dates %}
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
            AND {{ rejected_for_future_dates() | indent(12) }}
            AND (
                NOT has(reasons, 'purchase_datetime: in the future')
                OR arrayExists(
                    written -> coalesce(shop_instant(written) <= shop_latest_moment({now:DateTime64(6, 'UTC')}), FALSE),
                    [shop_text(JSONExtractRaw(payload, 'purchase_datetime'))]
                )
            )
            AND (
                NOT has(reasons, 'registration_date: in the future')
                OR arrayExists(
                    written -> coalesce(shop_instant(written) <= shop_latest_moment({now:DateTime64(6, 'UTC')}), FALSE),
                    [shop_text(JSONExtractRaw(payload, 'registration_date'))]
                )
            )
            AND (
                NOT has(reasons, 'birth_date: in the future')
                OR arrayExists(
                    written -> coalesce(
                        shop_date(written) <= toDate(shop_latest_moment({now:DateTime64(6, 'UTC')})), FALSE
                    ),
                    [shop_text(JSONExtractRaw(payload, 'birth_date'))]
                )
            )
    )
