{#
How the lines of a purchase are read, and which of them were voided: those that are marked, and negative ones against
positive ones of the same product.
#}
{% from 'macros/fields.sql' import LINE_FIELDS, OTHER_LINE_FIELDS %}
{% from 'macros/reading.sql' import CURRENCY_NAMES, ROUBLES %}

{#
The stages. A line is product_id, product_name, category, product_group, quantity, unit, price_per_unit, total_price: its
fields in that order, and the group after the category. A negative line takes away the last positive line of its product
with the same quantity; what is left of the negative ones takes away quantities from the end.
#}
{% set LINE_STAGES = [] %}
{% set stage -%}
,
JSONExtractArrayRaw(object_['items']) AS given_lines
{%- endset %}
{% set _ = LINE_STAGES.append(stage) %}
{% set stage -%}
,
arrayMap(line -> shop_object(line), given_lines) AS line_objects
{%- endset %}
{% set _ = LINE_STAGES.append(stage) %}
{% set stage -%}
,
arrayMap(
    line -> [
        {% for column, field, reader in LINE_FIELDS -%}
        line['{{ field }}']{{ '' if loop.last else ',' }}
        {% endfor %}
    ],
    line_objects
) AS line_json,
arrayMap(
    line -> mapFilter(
        (name, json) -> NOT has(
            ['{{ (LINE_FIELDS | map(attribute=1) | list + OTHER_LINE_FIELDS) | join("', '") }}'], name
        ),
        line
    ),
    line_objects
) AS other_line_fields
{%- endset %}
{% set _ = LINE_STAGES.append(stage) %}
{% set stage -%}
,
arrayMap(line -> arrayMap(json -> shop_scalar(json), line), line_json) AS line_scalars,
arrayMap(
    fields -> arrayMap(
        (name, json) -> (shop_field_name(name), json, shop_mark_word(name), shop_name(shop_said(json)), shop_status_word(shop_said(json))),
        mapKeys(fields),
        mapValues(fields)
    ),
    other_line_fields
) AS other_line_words
{%- endset %}
{% set _ = LINE_STAGES.append(stage) %}
{% set stage -%}
,
arrayMap(line -> arrayMap(scalar -> shop_name(scalar), line), line_scalars) AS line_names,
arrayMap(
    fields -> arrayMap(
        field -> (
            field, shop_line_role(field.3), shop_bool(field.4), shop_something(field.4), field.5
        ),
        fields
    ),
    other_line_words
) AS other_line_roles
{%- endset %}
{% set _ = LINE_STAGES.append(stage) %}
{% set stage -%}
,
arrayMap(
    (line, scalars) -> arrayPushFront(
        arrayMap(name -> shop_something(name), arraySlice(line, 2)), shop_something(shop_clean(scalars[1]))
    ),
    line_names,
    line_scalars
) AS line_words,
arrayMap(
    fields -> arrayMap(
        field -> (
            field.1.1, field.1.2, shop_mark(field.2, field.1.2, field.1.4, field.3, field.4, field.5)
        ),
        fields
    ),
    other_line_roles
) AS line_marks
{%- endset %}
{% set _ = LINE_STAGES.append(stage) %}
{% set stage -%}
,
arrayMap(
    words -> tuple(
        {% for column, field, reader in LINE_FIELDS -%}
        {% set word = 'words[' ~ loop.index ~ ']' -%}
        {{ word if reader in ('text', 'reference') else 'shop_' ~ reader ~ '(' ~ word ~ ')' }}{{ '' if loop.last else ',' }}
        {% if column == 'category' -%}
        shop_product_group({{ word }}),
        {% endif -%}
        {% endfor %}
    ),
    line_words
) AS all_lines,
arrayDistinct(
    arrayMap(
        mark -> concat('items[].', mark.1), arrayFilter(mark -> mark.3 = '', arrayFlatten(line_marks))
    )
) AS unknown_line_fields
{%- endset %}
{% set _ = LINE_STAGES.append(stage) %}
{% set stage -%}
arrayFilter(
    (line, line_mark) -> multiIf(line.5 = 0, 0, NOT arrayExists(mark -> mark.3 = 'out', line_mark)),
    all_lines,
    line_marks
) AS unmarked_lines,
arrayMap(line -> shop_is_negative(line.5, line.7, line.8), unmarked_lines) AS negative_lines
{%- endset %}
{% set _ = LINE_STAGES.append(stage) %}
{% set stage -%}
-- Empty unless there is something to take away: the rest costs nothing then.
if(has(negative_lines, 1), unmarked_lines, []) AS netted_lines,
arrayMap(
    line -> (
        coalesce(line.1, ''),
        CAST(
            multiIf(
                line.5 < 0, abs(coalesce(line.5, 1)),
                NOT shop_is_negative(line.5, line.7, line.8), abs(coalesce(line.5, 1)),
                -- A discount takes no line away.
                arrayExists(
                    other -> multiIf(
                        coalesce(other.1, '') != coalesce(line.1, ''), 0,
                        coalesce(other.5, 1) != coalesce(line.5, 1), 0,
                        line.8 < 0, coalesce(other.8 + line.8 = 0, 0),
                        coalesce(other.7 + line.7 = 0, 0)
                    ),
                    netted_lines
                ), abs(coalesce(line.5, 1)),
                0
            ) AS Decimal(38, 6)
        )
    ),
    netted_lines
) AS line_sizes
{%- endset %}
{% set _ = LINE_STAGES.append(stage) %}
{% set stage -%}
arrayFilter(
    number -> if(
        line_sizes[number].1 = '',
        1,
        arrayCount(
            (size, is_negative, other) -> multiIf(
                size != line_sizes[number], 0,
                is_negative != negative_lines[number], 0,
                is_negative, other <= number,
                other >= number
            ),
            line_sizes,
            negative_lines,
            arrayEnumerate(line_sizes)
        ) > arrayCount(
            (size, is_negative) -> if(size = line_sizes[number], is_negative != negative_lines[number], 0),
            line_sizes,
            negative_lines
        )
    ),
    arrayEnumerate(netted_lines)
) AS left_lines
{%- endset %}
{% set _ = LINE_STAGES.append(stage) %}
{% set stage -%}
arrayMap(
    number -> (
        number,
        line_sizes[number].2 - greatest(
            0,
            least(
                line_sizes[number].2,
                arraySum(
                    other -> multiIf(
                        line_sizes[number].1 = '', CAST(0 AS Decimal(38, 6)),
                        line_sizes[other].1 != line_sizes[number].1, CAST(0 AS Decimal(38, 6)),
                        negative_lines[other], line_sizes[other].2,
                        other > number, -line_sizes[other].2,
                        CAST(0 AS Decimal(38, 6))
                    ),
                    left_lines
                )
            )
        )
    ),
    arrayFilter(number -> NOT negative_lines[number], left_lines)
) AS kept_sizes
{%- endset %}
{% set _ = LINE_STAGES.append(stage) %}
{% set stage -%}
arrayConcat(
    if(has(negative_lines, 1), [], unmarked_lines),
    arrayMap(
        kept -> if(
            kept.2 = line_sizes[kept.1].2,
            netted_lines[kept.1],
            (
                netted_lines[kept.1].1,
                netted_lines[kept.1].2,
                netted_lines[kept.1].3,
                netted_lines[kept.1].4,
                toDecimal64OrNull(toString(kept.2), 6),
                netted_lines[kept.1].6,
                netted_lines[kept.1].7,
                toDecimal64OrNull(
                    toString(round(toDecimal256(kept.2, 6) * toDecimal256(netted_lines[kept.1].7, 4), 4)), 4
                )
            )
        ),
        arrayFilter(kept -> kept.2 > 0, kept_sizes)
    )
) AS bought_lines
{%- endset %}
{% set _ = LINE_STAGES.append(stage) %}

{# The values of lines that are there and were not read: field, way of reading, JSON, text. #}
{% macro unread_lines() -%}
arrayFlatten(
    arrayMap(
        (given, json, words, value) -> arrayFilter(
            (finding, is_read) -> multiIf(is_read, 0, isNotNull(finding.4), 1, shop_is_container(finding.3)),
            arrayZip(
                [
                    'items[]',
                    {% for column, field, reader in LINE_FIELDS -%}
                    'items[].{{ field }}'{{ '' if loop.last else ',' }}
                    {% endfor %}
                ],
                ['line', '{{ LINE_FIELDS | map(attribute=2) | join("', '") }}'],
                arrayPushFront(json, given),
                arrayPushFront(words, CAST(given AS Nullable(String)))
            ),
            [
                startsWith(given, '{'),
                {% set positions = [1, 2, 3, 5, 6, 7, 8] -%}
                {% for column, field, reader in LINE_FIELDS -%}
                isNotNull(value.{{ positions[loop.index0] }}){{ '' if loop.last else ',' }}
                {% endfor %}
            ]
        ),
        given_lines,
        line_json,
        line_words,
        all_lines
    )
),
arrayFlatten(
    arrayMap(
        (given, words, line) -> arrayFilter(
            finding -> finding.1 != '',
            [
                (
                    multiIf(NOT startsWith(given, '{'), '', arrayExists(word -> isNotNull(word), words), '', 'items[]'),
                    'blank',
                    given,
                    CAST('' AS Nullable(String))
                ),
                (multiIf(line.5 = 0, 'items[].quantity', ''), 'zero', '0', CAST('0' AS Nullable(String))),
                (
                    multiIf(line.5 < 0, '', line.7 < 0, if(coalesce(line.8 > 0, 0), 'items[].price_per_unit', ''), ''),
                    'sign',
                    coalesce(toString(line.7), ''),
                    CAST('' AS Nullable(String))
                )
            ]
        ),
        given_lines,
        line_words,
        all_lines
    )
),
arrayMap(
    field -> (concat('items[].', field.1), 'spelling', field.2, coalesce(field.4, '')),
    arrayFilter(
        field -> multiIf(
            NOT has(
                ['{{ LINE_FIELDS | map(attribute=1) | map('replace', '_', '') | join("', '") }}'],
                replaceAll(field.3, '_', '')
            ), 0,
            isNotNull(shop_something(field.4)), 1,
            shop_is_container(field.2)
        ),
        arrayFlatten(other_line_words)
    )
),
arrayMap(
    field -> (concat('items[].', field.1), 'currency', field.2, coalesce(field.4, '')),
    arrayFilter(
        field -> multiIf(
            NOT match(field.3, '{{ CURRENCY_NAMES }}'), 0,
            isNull(shop_something(field.4)), 0,
            isNotNull(shop_bool(field.4)), 0,
            coalesce(field.4, '') NOT IN ('{{ ROUBLES | join("', '") }}')
        ),
        arrayFlatten(other_line_words)
    )
),
arrayMap(
    mark -> (concat('items[].', mark.1), 'status', mark.2, CAST('' AS Nullable(String))),
    arrayFilter(mark -> mark.3 = 'unknown', arrayFlatten(line_marks))
)
{%- endmacro %}
