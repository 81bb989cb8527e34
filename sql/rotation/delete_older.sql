-- Removes the rows of a table that have a ciphertext of an older key in one of their texts.
-- Variables: table, of RAW or MART; condition, what else the rows have in common; columns, those with texts;
-- older, how the ciphertexts begin, and unreadable, texts that begin so and are none, both as SQL literals.
-- noqa: disable=RF06,LT02
{% from 'macros/ciphertexts.sql' import has_older %}
{% set texts -%}
arrayStringConcat([
    {% for column in columns -%}
    coalesce(toString(`{{ column }}`), ''){{ '' if loop.last else ',' }}
    {% endfor -%}
], ' ')
{%- endset %}
DELETE FROM {{ table }}
WHERE
    {{ condition }}
    AND {{ has_older(texts, '[' ~ older | join(', ') ~ ']', "CAST([" ~ unreadable | join(', ') ~ "], 'Array(String)')") | indent(4) }}
