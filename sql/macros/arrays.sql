{#
What ClickHouse has no function for, of arrays that may be long: in time and memory that grow with their length.
#}
{#
The places of texts in a list of distinct ones, without a lambda that uses the list: it would copy the list once an
element. Both are numbered together, and the list comes first: what it has gets the number of its place in it.
#}
{% macro places_in(list, texts) -%}
arraySlice(arrayEnumerateDense(arrayConcat({{ list }}, {{ texts }})), length({{ list }}) + 1)
{%- endmacro %}

{# How often the values at a place come from there on. #}
{% macro ranks_from_end(columns) -%}
arrayReverse(arrayEnumerateUniq(arrayReverse({{ columns | join('), arrayReverse(') }})))
{%- endmacro %}
