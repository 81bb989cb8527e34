{# How a row of RAW is ordered among the messages of its id: by the source time that is believed, then by offset. #}
{% macro believed_time() -%}
shop_bounded_time(source_time, kafka_timestamp, ingested_at)
{%- endmacro %}
{% macro raw_version() -%}
shop_version({{ believed_time() }}, kafka_offset)
{%- endmacro %}
