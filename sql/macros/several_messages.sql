{# Rows of RAW whose id has several. Hashes take less memory than ids; what they let through by chance is grouped by id
   after them. #}
{% macro has_several(kind_name) -%}
cityHash64(id) IN (
    SELECT cityHash64(messages.id) AS id_hash
    FROM raw.{{ kind_name }} AS messages
    GROUP BY id_hash
    HAVING count() > 1
)
{%- endmacro %}
