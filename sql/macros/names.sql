{# Names for display: MART has all text in lower case. #}

{% macro city_name(column, missing) -%}
replaceAll(initcapUTF8(coalesce({{ column }}, '{{ missing }}')), '-На-', '-на-')
{%- endmacro %}
