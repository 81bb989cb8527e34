{# Whether all reasons of a reject are dates in the future. #}
{% macro rejected_for_future_dates() -%}
arrayAll(
    reason -> reason IN (
        'purchase_datetime: in the future', 'registration_date: in the future', 'birth_date: in the future'
    ),
    reasons
)
{%- endmacro %}
