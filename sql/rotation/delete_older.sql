-- Removes the rows of a table that have a ciphertext of an older key in one of their texts.
-- Variables: table, of RAW or MART; condition, what else the rows have in common; columns, those with texts;
-- beginnings of the ciphertexts, SQL literals.
-- noqa: disable=RF06
DELETE FROM {{ table }}
WHERE
    {{ condition }}
    AND multiSearchAny(
        arrayStringConcat(
            [
                {% for column in columns %}
                coalesce(toString(`{{ column }}`), ''){{ '' if loop.last else ',' }}
                {% endfor %}
            ],
            ' '
        ),
        [{{ beginnings | join(', ') }}]
    )
