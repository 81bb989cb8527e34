-- The values that are there and could not be read, by field and reason, with one example's shape and the share of the
-- field's values; none when all were read. The values are those of the newest version of each document, shown, rejected
-- or excluded. Of fields beside the model (a status), and of lists, documents or lines are counted instead: how many of
-- them have the field is not known. Only the kinds with such values are read.
-- Reads: quality/unread_counts, quality/read_values
-- The linter takes the branches of multiIf for columns:
-- noqa: disable=LT05,LT09,RF01
{% from 'macros/fields.sql' import FIELDS, LINE_FIELDS %}
{% macro counted_names() -%}
{% for kind in kinds -%}
('{{ kind.name }}', ''),
{%- for column, path, reader, default in FIELDS[kind.name] if reader != 'labels' %} ('{{ kind.name }}', '{{ path }}'),
{%- endfor %}{{ ' ' }}
{%- endfor %}
{%- for column, field, reader in LINE_FIELDS %}('purchases', 'items[].{{ field }}'), {% endfor %}('purchases', 'items[]')
{%- endmacro %}
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
        unread_count,
        example,
        document,
        multiIf(
            (kind, field) IN ({{ counted_names() }}), field,
            startsWith(field, 'items[].'), 'items[]',
            ''
        ) AS counted_by
    FROM unread_counts
) AS unread
LEFT JOIN read_values ON unread.kind = read_values.kind AND unread.counted_by = read_values.field
ORDER BY
    unread_share DESC,
    unread_count DESC,
    kind ASC,
    field ASC,
    reason ASC
