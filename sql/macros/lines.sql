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

{# A line's product, quantity and amount as one text: a negative line takes away one that was sold for the same. #}
{% macro sold_for(line, what, amount) -%}
concat(
    coalesce({{ line }}.product_id, ''),
    ' ',
    toString(coalesce({{ line }}.quantity, 1)),
    ' {{ what }} ',
    coalesce(toString({{ amount }}), '')
)
{%- endmacro %}

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
{% macro lines_to_net() -%}
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
{% macro part_lines() -%}
arrayFilter((line, number) -> number <= length(negative_products), signed_lines, product_numbers) AS netted_lines,
arrayFilter(
    (place, number) -> number <= length(negative_products), arrayEnumerate(signed_lines), product_numbers
) AS netted_numbers,
arrayFilter(number -> number <= length(negative_products), product_numbers) AS netted_products,
arrayFilter(
    (placed, line, number) -> multiIf(number <= length(negative_products), 0, NOT {{ is_negative('line') }}),
    arrayZip(arrayEnumerate(signed_lines), signed_lines),
    signed_lines,
    product_numbers
) AS other_lines
{%- endmacro %}

{# What a negative price or total takes away, as text: product, quantity, amount. #}
{% macro say_what_is_taken() -%}
arrayMap(line -> {{ is_negative('line') }}, netted_lines) AS netted_negative,
arrayMap(
    line -> if(
        coalesce(line.total_price < 0, 0), {{ sold_for('line', 'total', '-line.total_price') }}, {{ sold_for('line', 'price', '-line.price_per_unit') }}
    ),
    netted_lines
) AS taken_away
{%- endmacro %}

{# What a negative price or total may take away. #}
{% macro list_what_was_sold() -%}
arrayDistinct(
    arrayFlatten(
        arrayMap(
            line -> [{{ sold_for('line', 'total', 'line.total_price') }}, {{ sold_for('line', 'price', 'line.price_per_unit') }}],
            arrayFilter((line, is_negative) -> NOT is_negative, netted_lines, netted_negative)
        )
    )
) AS sold
{%- endmacro %}

{# How much each line is, or takes away; a discount takes no line away. #}
{% macro measure_lines() -%}
arrayMap(
    (line, is_negative, sold_number) -> CAST(
        multiIf(
            line.quantity < 0, abs(coalesce(line.quantity, 1)),
            NOT is_negative, abs(coalesce(line.quantity, 1)),
            -- A discount takes no line away.
            sold_number <= length(sold), abs(coalesce(line.quantity, 1)),
            0
        ) AS Decimal(38, 6)
    ),
    netted_lines,
    netted_negative,
    {{ places_in('sold', 'taken_away') }}
) AS netted_sizes
{%- endmacro %}

{# The place of each line among those of its product, size and sign, and how many there are of both signs. #}
{% macro rank_lines() -%}
arrayEnumerateUniq(netted_products, netted_sizes, netted_negative) AS ranks,
{{ ranks_from_end(['netted_products', 'netted_sizes', 'netted_negative']) }} AS ranks_from_end,
arrayMap(
    (rank, rank_from_end) -> rank + rank_from_end - 1,
    arrayEnumerateUniq(netted_products, netted_sizes),
    {{ ranks_from_end(['netted_products', 'netted_sizes']) }}
) AS counts_of_both_signs
{%- endmacro %}

{# A negative line takes away the last positive one of its product and size. #}
{% macro leave_out_pairs() -%}
arrayMap(
    (is_negative, rank, rank_from_end, count_of_both_signs) -> if(is_negative, rank, rank_from_end)
        > count_of_both_signs - (rank + rank_from_end - 1),
    netted_negative,
    ranks,
    ranks_from_end,
    counts_of_both_signs
) AS netted_left
{%- endmacro %}

{# What has no partner. #}
{% macro left_after_pairs() -%}
{% for column in ('lines', 'numbers', 'products', 'sizes', 'negative') -%}
arrayFilter((one, is_left) -> is_left, netted_{{ column }}, netted_left) AS left_{{ column }}{{ '' if loop.last else ',\n' }}
{%- endfor %}
{%- endmacro %}

{# Of each product the negative lines, then the others from the end. #}
{% macro sort_what_is_left() -%}
{% for column in ('lines', 'numbers', 'products', 'sizes', 'negative') -%}
arraySort(
    (one, product, is_negative, number) -> (product, NOT is_negative, -toInt64(number)),
    left_{{ column }},
    left_products,
    left_negative,
    left_numbers
) AS sorted_{{ column }}{{ '' if loop.last else ',\n' }}
{%- endfor %}
{%- endmacro %}

{# What is still to be taken away before each line; from all lines before it, also those of other products. #}
{% macro add_up_debts() -%}
arrayMap(
    (total, size, is_negative) -> total - if(is_negative, size, -size),
    arrayCumSum((size, is_negative) -> if(is_negative, size, -size), sorted_sizes, sorted_negative),
    sorted_sizes,
    sorted_negative
) AS totals
{%- endmacro %}

{# What is left of each line. #}
{% macro keep_sizes() -%}
arrayMap(
    (size, total, total_of_others) -> size - greatest(0, least(size, total - total_of_others)),
    sorted_sizes,
    totals,
    arrayFill((total, rank) -> rank = 1, totals, arrayEnumerateUniq(sorted_products))
) AS kept_sizes
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
                    (number, line, size, kept) -> (
                        number,
                        if(
                            kept = size,
                            line,
                            (
                                line.product_id,
                                line.product_name,
                                line.category,
                                line.product_group,
                                toDecimal64OrNull(toString(kept), 6),
                                line.unit,
                                line.price_per_unit,
                                toDecimal64OrNull(
                                    toString(round(toDecimal256(kept, 6) * toDecimal256(line.price_per_unit, 4), 4)), 4
                                )
                            )
                        )
                    ),
                    {% for column in ('sorted_numbers', 'sorted_lines', 'sorted_sizes', 'kept_sizes') -%}
                    arrayFilter(
                        (one, is_negative, kept) -> if(is_negative, 0, kept > 0), {{ column }}, sorted_negative, kept_sizes
                    ){{ '' if loop.last else ',' }}
                    {% endfor %}
                )
            )
        )
    )
) AS bought_lines
{%- endmacro %}

{# How negative lines take others away, when all lines are read. #}
{% set NETTING_STAGES = [
    lines_to_net(),
    number_products(),
    part_lines(),
    say_what_is_taken(),
    list_what_was_sold(),
    measure_lines(),
    rank_lines(),
    leave_out_pairs(),
    left_after_pairs(),
    sort_what_is_left(),
    add_up_debts(),
    keep_sizes(),
    list_bought(),
] %}

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
