{# What a line cost: its own total, else its quantity times its price, else nothing. #}
{% macro line_total(line) -%}
coalesce(
    toFloat64({{ line }}.total_price), toFloat64({{ line }}.quantity) * toFloat64({{ line }}.price_per_unit), 0
)
{%- endmacro %}
