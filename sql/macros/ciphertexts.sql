{# How a ciphertext begins, and how it is written; what follows the prefix is the key's id. #}
{% set PREFIX = 'enc:v1:' %}
{% set CIPHERTEXT = PREFIX ~ '[a-z0-9]{1,16}:[a-z2-7]+' %}

{# The ciphertexts that rows of RAW and MART have, each as often as it is there. #}
{% macro stored_ciphertexts(kinds) -%}
{% for kind in kinds -%}
SELECT arrayJoin(extractAll(concat(id, ' ', payload), '{{ CIPHERTEXT }}')) AS value
FROM raw.{{ kind.name }}
UNION ALL
SELECT arrayJoin(extractAll(toString(tuple(versions.*)), '{{ CIPHERTEXT }}')) AS value
FROM mart.{{ kind.singular }}_versions AS versions
UNION ALL
{% endfor -%}
SELECT arrayJoin(extractAll(concat(id, ' ', payload), '{{ CIPHERTEXT }}')) AS value
FROM mart.reject_versions
{%- endmacro %}

{#
Whether a text has a ciphertext of an older key. older: how these begin. unreadable: texts that begin so and are none,
for example a part of one in a comment; a row may keep them.
#}
{% macro has_older(text, older='{older:Array(String)}', unreadable='{unreadable:Array(String)}') -%}
(
    multiSearchAny({{ text }}, {{ older }})
    AND arrayExists(
        value -> multiSearchAny(value, {{ older }})
        AND NOT has({{ unreadable }}, value),
        extractAll({{ text }}, '{{ CIPHERTEXT }}')
    )
)
{%- endmacro %}
