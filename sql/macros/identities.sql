{#
What the accepted documents of a kind stand for. The view mart.<kind>_identifying reads each version as it arrives; the
migration 44 fills the table once with what MART had before. A value that is missing identifies nothing; products are
known by their id alone.
#}
{% macro identities_of(kind_name, source) %}
WITH
    {% if kind_name == 'purchases' %}
    concat(
        'customer ', customer_id, ', store ', store_id, ', at ', toString(purchase_datetime)
    ) AS known_identity
    {% elif kind_name == 'customers' %}
    concat('registered at ', toString(registration_date)) AS known_identity
    {% else %}
    concat('in ', city) AS known_identity
    {% endif %}
SELECT
    '{{ kind_name }}' AS kind,
    id,
    assumeNotNull(known_identity) AS identity,
    source_time,
    cleaned_by
FROM {{ source }}
WHERE NOT is_deleted AND isNotNull(known_identity)
{%- endmacro %}
