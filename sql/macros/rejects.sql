{#
The rows of mart.reject_versions that a source of cleaned rows has. The views mart.<kind>_rejecting read the table of
versions; the reconciliation reads what the cleaning view gives, so that there is one rule for both.
#}
{% macro reject_columns(kind, source) %}
SELECT
    '{{ kind.name }}' AS kind,
    id,
    sipHash64(rejected_payload) AS payload_hash,
    version,
    reasons,
    rejected_payload AS payload,
    source_time,
    kafka_topic,
    kafka_topic_id,
    kafka_partition,
    kafka_offset,
    ingested_at AS rejected_at
FROM {{ source }}
{%- endmacro %}

{% macro rejects_from(kind, source) %}
{{ reject_columns(kind, source) }}
WHERE notEmpty(reasons)
{%- endmacro %}
