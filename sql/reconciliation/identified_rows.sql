-- The id and the version that each row of RAW has in MART, and where it is in Kafka.
-- For each kind
{% from 'macros/raw_versions.sql' import raw_version %}
SELECT
    coalesce(shop_clean(id), '') AS id,
    {{ raw_version() }} AS version,
    kafka_topic_id,
    kafka_partition,
    kafka_offset
FROM raw.{{ kind.name }}
