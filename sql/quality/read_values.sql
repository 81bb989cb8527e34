-- How many values of each field the newest versions have, shown, rejected or excluded: those that were read. Only of
-- kinds that have values that could not be read; the others are not looked at, and have 0.
-- Reads: quality/unread_counts
-- The linter takes the column of lines for a table:
-- noqa: disable=LT05,LT09,LT14,RF01
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
{% macro has_unread(kind) -%}
(SELECT count() FROM unread_counts WHERE unread_counts.kind = '{{ kind.name }}') > 0
{%- endmacro %}
SELECT
    kind,
    counted.1 AS field,
    sum(counted.2) AS values_read
FROM (
    {% for kind in kinds %}
    {{ counted_fields(kind) | indent(4) }}
    FROM mart.{{ kind.singular }}_versions FINAL
    WHERE {{ has_unread(kind) }}
    UNION ALL
    {{ counted_fields(kind) | indent(4) }}
    -- FINAL leaves out what is not shown.
    FROM mart.{{ kind.singular }}_versions
    WHERE
        {{ has_unread(kind) }}
        AND is_deleted
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
