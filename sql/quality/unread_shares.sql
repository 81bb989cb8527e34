-- The values that are there and could not be read, by field and reason, with one example's shape and the share of the
-- field's values; none when all were read. The values are those of the newest version of each document, shown, rejected
-- or excluded. Of fields beside the model (a status), and of lists, documents or lines are counted instead: how many of
-- them have the field is not known.
-- The linter takes the column of lines for a table, and the branches of multiIf for columns:
-- noqa: disable=LT05,LT09,RF01
{% from 'macros/fields.sql' import FIELDS, LINE_FIELDS %}
{% macro counted_fields(kind) %}
SELECT
    '{{ kind.name }}' AS kind,
    [
        ('', count()),
        {% for column, path, reader, default in FIELDS[kind.name] if reader != 'labels' %}
        (
            '{{ path }}',
            {% if default %}
            countIf(NOT is_deleted OR {{ column }} != {{ default }})
            {% else %}
            countIf(isNotNull({{ column }}))
            {% endif %}
        ){{ '' if loop.last and kind.name != 'purchases' else ',' }}
        {% endfor %}
        {% if kind.name == 'purchases' %}
        ('items[]', sum(length(items))),
        {% for column, field, reader in LINE_FIELDS %}
        (
            'items[].{{ field }}',
            sum(arrayCount(line_value -> isNotNull(line_value), items.{{ column }}))
        ){{ '' if loop.last else ',' }}
        {% endfor %}
        {% endif %}
    ] AS fields
{% endmacro %}
WITH read_values AS (
    SELECT
        kind,
        counted.1 AS field,
        sum(counted.2) AS values_read
    FROM (
        {% for kind in kinds %}
        {{ counted_fields(kind) | indent(8) }}
        FROM mart.{{ kind.singular }}_versions FINAL
        UNION ALL
        {{ counted_fields(kind) | indent(8) }}
        -- FINAL leaves out what is not shown.
        FROM mart.{{ kind.singular }}_versions
        WHERE
            is_deleted
            AND operation != 'delete'
            AND (id, version) IN (
                SELECT
                    versions.id,
                    max(versions.version) AS version
                FROM mart.{{ kind.singular }}_versions AS versions
                WHERE
                    versions.id IN (
                        SELECT hidden.id
                        FROM mart.{{ kind.singular }}_versions AS hidden
                        WHERE hidden.is_deleted AND hidden.operation != 'delete'
                    )
                GROUP BY versions.id
            )
        {% if not loop.last %}
        UNION ALL
        {% endif %}
        {% endfor %}
    ) AS counts
    ARRAY JOIN fields AS counted
    GROUP BY
        kind,
        field
)

SELECT
    unread.kind AS kind,
    unread.field AS field,
    unread.reason AS reason,
    unread.unread_count AS unread_count,
    unread.example AS example,
    unread.document AS document,
    sum(unread.unread_count) OVER (PARTITION BY unread.kind, unread.field) AS unread_of_field,
    if(
        unread.counted_by = unread.field AND unread.counted_by != 'items[]',
        unread_of_field / (unread_of_field + read_values.values_read),
        unread_of_field / greatest(read_values.values_read, unread_of_field)
    ) AS unread_share
FROM (
    SELECT
        kind,
        field,
        reason,
        count() AS unread_count,
        any(example) AS example,
        min(id) AS document,
        multiIf(
            (kind, field) IN (SELECT read_values.kind, read_values.field FROM read_values), field,
            startsWith(field, 'items[].'), 'items[]',
            ''
        ) AS counted_by
    FROM mart.unread_values
    GROUP BY
        kind,
        field,
        reason
) AS unread
LEFT JOIN read_values ON unread.kind = read_values.kind AND unread.counted_by = read_values.field
ORDER BY
    unread_share DESC,
    unread_count DESC,
    kind ASC,
    field ASC,
    reason ASC
