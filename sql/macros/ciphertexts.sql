{# The ciphertexts that rows of RAW and MART have, each as often as it is there. #}
{% macro stored_ciphertexts(kinds) -%}
{% for kind in kinds -%}
SELECT arrayJoin(extractAll(concat(id, ' ', payload), 'enc:v1:[a-z0-9]{1,16}:[a-z2-7]+')) AS value
FROM raw.{{ kind.name }}
UNION ALL
SELECT arrayJoin(extractAll(toString(tuple(versions.*)), 'enc:v1:[a-z0-9]{1,16}:[a-z2-7]+')) AS value
FROM mart.{{ kind.singular }}_versions AS versions
UNION ALL
{% endfor -%}
SELECT arrayJoin(extractAll(concat(id, ' ', payload), 'enc:v1:[a-z0-9]{1,16}:[a-z2-7]+')) AS value
FROM mart.reject_versions
{%- endmacro %}
