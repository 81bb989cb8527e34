{#
How negative lines of a purchase take away positive ones of the same product, when all lines are read (macros/lines).
#}
{% from 'macros/arrays.sql' import places_in, ranks_from_end %}
{% from 'macros/lines.sql' import is_negative %}

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
{#
In each step for all lines of a receipt; the quantity is the one that is left. The last two ask for no price: `Товар` may
be the name of several products, so that a name alone is not enough for them.
#}
{% set IS_UNSURE = "if(line.is_by_amount, 1, startsWith(line.product, '\\\\x01'))" %}
{% set STEPS = [
    group([QUANTITY, 'line.total'], "line.total = ''"),
    group([QUANTITY, 'line.price'], "line.price = ''"),
    group(['line.price'], "if(line.is_by_amount, 1, line.price = '')"),
    group([QUANTITY], IS_UNSURE),
    group([], IS_UNSURE),
] %}

{# What names the product of a line: its id, or where that is missing its name; '' where both are. #}
{% macro product_of(line) -%}
coalesce({{ line }}.product_id, concat('\\x01', {{ line }}.product_name), '')
{%- endmacro %}

{# Empty unless there is something to take away: the rest costs nothing then. #}
{% macro find_signed_lines() -%}
if(has(negative_lines, 1), unmarked_lines, []) AS signed_lines,
arrayDistinct(
    arrayMap(
        line -> {{ product_of('line') }},
        arrayFilter(line -> if({{ product_of('line') }} = '', 0, {{ is_negative('line') }}), signed_lines)
    )
) AS negative_products
{%- endmacro %}

{# The products with a negative line are numbered, because to look each of them up costs time by their square. #}
{% macro number_products() -%}
{{ places_in('negative_products', 'arrayMap(line -> ' ~ product_of('line') ~ ', signed_lines)') }} AS product_numbers,
arrayMap(
    line -> line.product_name,
    arrayFilter(line -> if({{ is_negative('line') }}, 0, isNull(line.product_id)), signed_lines)
) AS sold_names
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
            {{ product_of('line') }},
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

{#
The lines of a negative quantity that took nothing away, and for which it may be because a line has no id: their own, or
one that was sold under their name. What a till writes as a line of its own was not sold.
#}
{% set NOT_SOLD = '^(?:скидк|бонус|округлен|списан|тара(?:[^\\\\p{L}]|$)|возврат тары|discount|rounding|bonus|deposit)' %}
{% macro list_unmatched() -%}
arrayConcat(
    arrayFilter(
        line -> if(isNull(coalesce(line.product_id, line.product_name)), coalesce(line.quantity < 0, 0), 0), signed_lines
    ),
    arrayFilter(
        (line, rest) -> multiIf(
            NOT coalesce(line.quantity < 0, 0), 0,
            rest.quantity != abs(line.quantity), 0,
            isNotNull(line.product_id), has(sold_names, coalesce(line.product_name, '')),
            NOT match(coalesce(line.product_name, ''), '{{ NOT_SOLD }}')
        ),
        netted_lines,
        lines_left
    )
) AS unmatched_lines
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

{# The stages of all this, in their order. #}
{% set STAGES = [find_signed_lines(), number_products(), split_lines(), put_lines_in_steps()] %}
{% for step in range(STEPS | length) %}
{% set _ = STAGES.append(add_up(step)) %}
{% set _ = STAGES.append(take_away(step)) %}
{% endfor %}
{% set _ = STAGES.append(list_bought() ~ ',\n' ~ list_unmatched()) %}
