{#
How the lines of a purchase are read, and which of them were voided because they are marked. macros/netting has the
others: negative lines against positive ones of the same product.
#}
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

{# Names of fields that may have the product of a line in them. #}
{% set PRODUCT_NAMES = 'product|item|goods|sku|nomenclature|assortment|товар|номенклатур|ассортимент' %}

{% macro is_negative(line) -%}
shop_is_negative({{ line }}.quantity, {{ line }}.price_per_unit, {{ line }}.total_price)
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
        arrayMap(
            (name, json, role, said, agreed, something, status_word) -> (
                name,
                json,
                role,
                said,
                agreed,
                multiIf(
                    role NOT IN ('status', 'state'), something,
                    said IN ('{{ mark_words.NOT_IN_STOCK_WORDS | join("', '") }}'), said,
                    something
                ),
                status_word
            ),
            fields
        )
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
            shop_{{ 'known_' ~ reader if reader in ('text', 'reference') else reader }}({{ column }}){{ '' if loop.last else ',' }}
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
        (given, words, line, others) -> arrayFilter(
            finding -> finding.1 != '',
            [
                (
                    multiIf(
                        NOT startsWith(given, '{'), '',
                        NOT arrayExists(word -> isNotNull(word), words), 'items[]',
                        isNotNull(words[1]), '',
                        isNotNull(words[3]), '',
                        arrayExists(
                            (name, json, word, said, status_word) -> if(
                                match(word, '{{ PRODUCT_NAMES }}'),
                                match(json, '^[{].*"(?:id|product_id|category|name)"\\s*:'),
                                0
                            ),
                            others
                        ), 'items[]',
                        ''
                    ),
                    if(arrayExists(word -> isNotNull(word), words), 'wrapped', 'blank'),
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
        all_lines,
        other_line_words
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
