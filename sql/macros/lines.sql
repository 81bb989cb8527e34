{#
How the lines of a purchase are read, and which of them were voided: those that are marked, and negative ones against
positive ones of the same product.
#}
{% from 'macros/arrays.sql' import places_in, ranks_from_end %}
{% from 'macros/fields.sql' import LINE_FIELDS, OTHER_LINE_FIELDS %}
{% from 'macros/reading.sql' import says_another_currency %}

{% set LINE -%}
Tuple(
    product_id Nullable(String),
    product_name Nullable(String),
    category Nullable(String),
    product_group String,
    quantity Nullable(Decimal(18, 6)),
    unit Nullable(String),
    price_per_unit Nullable(Decimal(18, 4)),
    total_price Nullable(Decimal(18, 4))
)
{%- endset %}

{% macro is_negative(line) -%}
shop_is_negative({{ line }}.quantity, {{ line }}.price_per_unit, {{ line }}.total_price)
{%- endmacro %}

{#
What a line is to the steps in which negative lines take others away: its place; whether it is negative, and whether
only by its amount, so that it takes away exactly the opposite or nothing; the quantity that is left of it; its product;
and its total and price without their signs, '' where it has no part in a step that compares them.
#}
{% set LINE_IN_STEPS -%}
Tuple(
    number UInt32,
    is_negative UInt8,
    is_by_amount UInt8,
    quantity Decimal(38, 6),
    product String,
    total String,
    price String
)
{%- endset %}

{#
Lines with one text are a group of a step: its negative ones take away the others. A line that has no part in the step
has a text of its own.
#}
{% macro group(parts, has_no_part) -%}
if(
    {{ has_no_part }},
    concat('#', toString(line.number)),
    concat(line.product, ' '{% for part in parts %}, {{ part }}, ' '{% endfor %})
)
{%- endmacro %}
{% set QUANTITY = 'toString(line.quantity)' %}
{# In each step for all lines of a receipt; the quantity is the one that is left. #}
{% set STEPS = [
    group([QUANTITY, 'line.total'], "line.total = ''"),
    group([QUANTITY, 'line.price'], "line.price = ''"),
    group(['line.price'], "if(line.is_by_amount, 1, line.price = '')"),
    group([QUANTITY], 'line.is_by_amount'),
    group([], 'line.is_by_amount'),
] %}

{# The first stages go beside those of macros/reading, one beside each from `read_json` on. #}

{# The lines as they were delivered. #}
{% macro read_given() -%}
JSONExtractArrayRaw(object_['items']) AS given_lines
{%- endmacro %}

{# Each line parsed once. #}
{% macro read_objects() -%}
arrayMap(line -> shop_object(line), given_lines) AS line_objects
{%- endmacro %}

{# The JSON of the fields of each line, and the fields that the model does not have. #}
{% macro read_json() -%}
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
{%- endmacro %}

{# Their texts; of the other fields name, JSON, and name and text as words. #}
{% macro read_texts() -%}
arrayMap(line -> arrayMap(json -> shop_scalar(json), line), line_json) AS line_scalars,
arrayMap(
    fields -> arrayMap(
        (name, json, said) -> (
            shop_field_name(name), json, shop_mark_word(name), shop_name(said), shop_status_word(said)
        ),
        mapKeys(fields),
        mapValues(fields),
        arrayMap(json -> shop_said(json), mapValues(fields))
    ),
    other_line_fields
) AS other_line_words
{%- endmacro %}

{# The texts as names; what the other fields may mark. #}
{% macro read_names() -%}
arrayMap(line -> arrayMap(scalar -> shop_name(scalar), line), line_scalars) AS line_names,
arrayMap(
    fields -> arrayMap(
        (name, json, word, said, status_word) -> (
            name, json, shop_line_role(word), said, shop_bool(said), shop_something(said), status_word
        ),
        fields
    ),
    other_line_words
) AS other_line_roles
{%- endmacro %}

{# Texts that stand for something, ids as ids; what the other fields do mark. #}
{% macro read_words() -%}
arrayMap(
    (line, scalars) -> arrayPushFront(
        arrayMap(name -> shop_something(name), arraySlice(line, 2)), shop_something(shop_clean(scalars[1]))
    ),
    line_names,
    line_scalars
) AS line_words,
arrayMap(
    fields -> arrayMap(
        (name, json, role, said, agreed, something, status_word) -> (
            name, json, shop_mark(role, json, said, agreed, something, status_word)
        ),
        fields
    ),
    other_line_roles
) AS line_marks
{%- endmacro %}

{# The values, and the names of the fields that nobody knows. #}
{% macro read_values() -%}
arrayMap(
    ({{ LINE_FIELDS | map(attribute=0) | join(', ') }}) -> CAST(
        tuple(
            {% for column, field, reader in LINE_FIELDS -%}
            shop_{{ 'known_text' if reader in ('text', 'reference') else reader }}({{ column }}){{ '' if loop.last else ',' }}
            {% if column == 'category' -%}
            shop_product_group({{ column }}),
            {% endif -%}
            {% endfor %}
        ) AS {{ LINE | indent(8) }}
    ),
    {% for column in LINE_FIELDS -%}
    arrayMap(words -> words[{{ loop.index }}], line_words){{ '' if loop.last else ',' }}
    {% endfor %}
) AS all_lines,
arrayDistinct(
    arrayMap(
        (name, json, mark) -> concat('items[].', name),
        arrayFilter((name, json, mark) -> mark = '', arrayFlatten(line_marks))
    )
) AS unknown_line_fields
{%- endmacro %}

{# The lines that no mark and no quantity of 0 takes out, and which of them take others away. #}
{% macro leave_out_marked() -%}
arrayFilter(
    (line, marks_of_line) -> multiIf(line.quantity = 0, 0, NOT arrayExists((name, json, mark) -> mark = 'out', marks_of_line)),
    all_lines,
    line_marks
) AS unmarked_lines,
arrayMap(line -> {{ is_negative('line') }}, unmarked_lines) AS negative_lines
{%- endmacro %}

{# Empty unless there is something to take away: the rest costs nothing then. #}
{% macro find_signed_lines() -%}
if(has(negative_lines, 1), unmarked_lines, []) AS signed_lines,
arrayDistinct(
    arrayMap(
        line -> coalesce(line.product_id, ''),
        arrayFilter(line -> if(coalesce(line.product_id, '') = '', 0, {{ is_negative('line') }}), signed_lines)
    )
) AS negative_products
{%- endmacro %}

{# The products with a negative line are numbered, because to look each of them up costs time by their square. #}
{% macro number_products() -%}
{{ places_in('negative_products', "arrayMap(line -> coalesce(line.product_id, ''), signed_lines)") }} AS product_numbers
{%- endmacro %}

{# The lines of these products, which negative ones may take away, and all others. #}
{% macro split_lines() -%}
arrayFilter((line, number) -> number <= length(negative_products), signed_lines, product_numbers) AS netted_lines,
arrayFilter(
    (place, number) -> number <= length(negative_products), arrayEnumerate(signed_lines), product_numbers
) AS netted_numbers,
arrayFilter(
    (placed, line, number) -> multiIf(number <= length(negative_products), 0, NOT {{ is_negative('line') }}),
    arrayZip(arrayEnumerate(signed_lines), signed_lines),
    signed_lines,
    product_numbers
) AS other_lines
{%- endmacro %}

{# The lines by the groups of a step: in each the negative ones, then the others, both from the end. #}
{% macro in_order_of(step, lines) -%}
arraySort(
    line -> (
        {{ STEPS[step] | indent(8) }},
        NOT line.is_negative,
        -toInt64(line.number)
    ),
    {{ lines | indent(4) }}
)
{%- endmacro %}

{# Each of these lines as the steps see it; a line that is negative by its amount alone has a part by its total, or else
by its price. #}
{% macro put_lines_in_steps() -%}
{% set lines -%}
arrayMap(
    (line, number, negative_amount) -> CAST(
        tuple(
            number,
            {{ is_negative('line') }},
            negative_amount != '',
            abs(coalesce(line.quantity, 1)),
            coalesce(line.product_id, ''),
            if(negative_amount = 'price', '', coalesce(toString(abs(line.total_price)), '')),
            if(negative_amount = 'total', '', coalesce(toString(abs(line.price_per_unit)), ''))
        ) AS {{ LINE_IN_STEPS | indent(8) }}
    ),
    netted_lines,
    netted_numbers,
    arrayMap(
        line -> multiIf(
            coalesce(line.quantity < 0, 0), '',
            coalesce(line.total_price < 0, 0), 'total',
            coalesce(line.price_per_unit < 0, 0), 'price',
            ''
        ),
        netted_lines
    )
)
{%- endset %}
{{ in_order_of(0, lines) }} AS lines_0
{%- endmacro %}

{# The quantities of the negative lines up to each line and with it, less those of the others; also of other groups. #}
{% macro add_up(step) -%}
arrayMap(
    line -> {{ STEPS[step] | indent(4) }},
    lines_{{ step }}
) AS groups_{{ step }},
arrayCumSum(line -> if(line.is_negative, line.quantity, -line.quantity), lines_{{ step }}) AS totals_{{ step }}
{%- endmacro %}

{#
What is left of each line: from it is taken what its group's negative lines have not taken from those before it. A
negative line takes what the negative lines behind it, which come before it in the receipt, leave of the others.
#}
{% macro take_away(step) -%}
{% set lines -%}
arrayMap(
    (line, total, total_of_others, total_at_end) -> CAST(
        tuple(
            line.number,
            line.is_negative,
            line.is_by_amount,
            line.quantity - greatest(
                0,
                least(
                    line.quantity,
                    if(line.is_negative, total - total_at_end, total + line.quantity - total_of_others)
                )
            ),
            line.product,
            line.total,
            line.price
        ) AS {{ LINE_IN_STEPS | indent(8) }}
    ),
    lines_{{ step }},
    totals_{{ step }},
    arrayFill(
        (total, rank) -> rank = 1,
        arrayMap(
            (line, total) -> total - if(line.is_negative, line.quantity, -line.quantity),
            lines_{{ step }},
            totals_{{ step }}
        ),
        arrayEnumerateUniq(groups_{{ step }})
    ),
    arrayReverseFill(
        (total, rank) -> rank = 1,
        totals_{{ step }},
        {{ ranks_from_end(['groups_' ~ step]) }}
    )
)
{%- endset %}
{% if step + 1 < STEPS | length -%}
{{ in_order_of(step + 1, lines) }} AS lines_{{ step + 1 }}
{%- else -%}
arraySort(line -> line.number, {{ lines }}) AS lines_left
{%- endif %}
{%- endmacro %}

{# The lines that were bought, in their order. #}
{% macro list_bought() -%}
arrayConcat(
    if(has(negative_lines, 1), [], unmarked_lines),
    arrayMap(
        (number, line) -> line,
        arraySort(
            (number, line) -> number,
            arrayConcat(
                other_lines,
                arrayMap(
                    (number, line, rest) -> (
                        number,
                        if(
                            rest.quantity = abs(coalesce(line.quantity, 1)),
                            line,
                            (
                                line.product_id,
                                line.product_name,
                                line.category,
                                line.product_group,
                                toDecimal64OrNull(toString(rest.quantity), 6),
                                line.unit,
                                line.price_per_unit,
                                toDecimal64OrNull(
                                    toString(
                                        round(
                                            toDecimal256(rest.quantity, 6) * toDecimal256(line.price_per_unit, 4), 4
                                        )
                                    ),
                                    4
                                )
                            )
                        )
                    ),
                    {% for column in ('netted_numbers', 'netted_lines', 'lines_left') -%}
                    arrayFilter(
                        (one, rest) -> if(rest.is_negative, 0, rest.quantity > 0), {{ column }}, lines_left
                    ){{ '' if loop.last else ',' }}
                    {% endfor %}
                )
            )
        )
    )
) AS bought_lines
{%- endmacro %}

{# How negative lines take others away, when all lines are read. #}
{% set NETTING_STAGES = [find_signed_lines(), number_products(), split_lines(), put_lines_in_steps()] %}
{% for step in range(STEPS | length) %}
{% set _ = NETTING_STAGES.append(add_up(step)) %}
{% set _ = NETTING_STAGES.append(take_away(step)) %}
{% endfor %}
{% set _ = NETTING_STAGES.append(list_bought()) %}

{# The values of lines that are there and were not read: field, way of reading, JSON, text. #}
{% macro unread_lines() -%}
arrayFlatten(
    arrayMap(
        (given, json, words, line) -> arrayFilter(
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
                {% for column, field, reader in LINE_FIELDS -%}
                isNotNull(line.{{ column }}){{ '' if loop.last else ',' }}
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
                (multiIf(line.quantity = 0, 'items[].quantity', ''), 'zero', '0', CAST('0' AS Nullable(String))),
                (
                    multiIf(line.quantity < 0, '', line.price_per_unit < 0, if(coalesce(line.total_price > 0, 0), 'items[].price_per_unit', ''), ''),
                    'sign',
                    coalesce(toString(line.price_per_unit), ''),
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
    (name, json, word, said, status_word) -> (concat('items[].', name), 'spelling', json, coalesce(said, '')),
    arrayFilter(
        (name, json, word, said, status_word) -> multiIf(
            NOT has(
                ['{{ LINE_FIELDS | map(attribute=1) | map('replace', '_', '') | join("', '") }}'],
                replaceAll(word, '_', '')
            ), 0,
            isNotNull(shop_something(said)), 1,
            shop_is_container(json)
        ),
        arrayFlatten(other_line_words)
    )
),
arrayMap(
    (name, json, word, said, status_word) -> (concat('items[].', name), 'currency', json, coalesce(said, '')),
    arrayFilter(
        (name, json, word, said, status_word) -> {{ says_another_currency('word', 'said') }},
        arrayFlatten(other_line_words)
    )
),
arrayMap(
    (name, json, mark) -> (concat('items[].', name), 'status', json, CAST('' AS Nullable(String))),
    arrayFilter((name, json, mark) -> mark = 'unknown', arrayFlatten(line_marks))
)
{%- endmacro %}
