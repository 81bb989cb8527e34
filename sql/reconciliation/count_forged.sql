-- How many messages of a slice of RAW have a source time that is not believed; normally none.
-- For each kind
{% from 'macros/raw_slice.sql' import in_slice %}
SELECT count() AS messages
FROM raw.{{ kind.name }}
WHERE
    {{ in_slice() | indent(4) }}
    AND shop_time_fault(source_time, kafka_timestamp, ingested_at) != ''
