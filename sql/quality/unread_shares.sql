-- The values that are there and could not be read, by field and reason, with one example's shape and the share of the
-- field's values; none when all were read.
-- noqa: disable=LT05
{% from 'macros/fields.sql' import FIELDS, LINE_FIELDS %}
WITH read_values AS (
    {% for kind in kinds %}
    SELECT
        '{{ kind.name }}' AS kind,
        counted.1 AS field,
        counted.2 AS values_read
    FROM (
        SELECT
            [
                {% for column, path, reader, default in FIELDS[kind.name] if reader != 'labels' %}
                ('{{ path }}', {{ 'count()' if default else 'countIf(isNotNull(' ~ column ~ '))' }})
                {{- '' if loop.last and kind.name != 'purchases' else ',' }}
                {% endfor %}
                {% if kind.name == 'purchases' %}
                {% for column, field, reader in LINE_FIELDS %}
                (
                    'items[].{{ field }}',
                    sum(arrayCount(line_value -> isNotNull(line_value), items.{{ column }}))
                ){{ '' if loop.last else ',' }}
                {% endfor %}
                {% endif %}
            ] AS fields
        FROM mart.{{ kind.singular }}_versions FINAL
    ) AS counts
    ARRAY JOIN fields AS counted
    {% if not loop.last %}
    UNION ALL
    {% endif %}
    {% endfor %}
)

SELECT
    unread.kind AS kind,
    unread.field AS field,
    unread.reason AS reason,
    unread.unread_count AS unread_count,
    unread.example AS example,
    sum(unread.unread_count) OVER (PARTITION BY unread.kind, unread.field) AS unread_of_field,
    unread_of_field / (unread_of_field + read_values.values_read) AS unread_share
FROM (
    SELECT
        kind,
        field,
        reason,
        count() AS unread_count,
        any(example) AS example
    FROM mart.unread_values
    GROUP BY
        kind,
        field,
        reason
) AS unread
LEFT JOIN read_values ON unread.kind = read_values.kind AND unread.field = read_values.field
ORDER BY
    unread_share DESC,
    unread_count DESC,
    kind ASC,
    field ASC,
    reason ASC
