-- Phones and e-mails of MART that are not encrypted, by table and column, in every stored version; normally none. The
-- values themselves are not shown.
SELECT
    table_name,
    column_name,
    values_in_the_clear
FROM (
    {% for kind in kinds if kind.phones %}
    {% for path in kind.phones + kind.emails %}
    {% set column = path | join('_') %}
    SELECT
        '{{ kind.singular }}_versions' AS table_name,
        '{{ column }}' AS column_name,
        countIf(NOT startsWith({{ column }}, 'enc:v1:')) AS values_in_the_clear
    FROM mart.{{ kind.singular }}_versions
    {% if not loop.last %}
    UNION ALL
    {% endif %}
    {% endfor %}
    {% if not loop.last %}
    UNION ALL
    {% endif %}
    {% endfor %}
) AS personal_columns
WHERE values_in_the_clear > 0
ORDER BY
    table_name,
    column_name
