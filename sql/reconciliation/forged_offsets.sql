-- The offsets of a slice of RAW whose source time is not believed (functions/22_shop_time_fault), if MART has their
-- rows under that time: as it took them before it judged the time.
-- For each kind
-- Variables: table, of MART: mart.<kind>_versions or mart.reject_versions.
{% from 'macros/raw_slice.sql' import in_slice %}
SELECT kafka_offset
FROM {{ table }}
WHERE
    {{ in_slice() | indent(4) }}
    AND bitShiftRight(version, 64) = source_time
    AND kafka_offset IN (
        SELECT messages.kafka_offset
        FROM raw.{{ kind.name }} AS messages
        WHERE
            {{ in_slice() | indent(12) }}
            AND shop_time_fault(messages.source_time, messages.kafka_timestamp, messages.ingested_at) != ''
    )
ORDER BY kafka_offset
