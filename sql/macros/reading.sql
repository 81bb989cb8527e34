{#
How the fields of macros/fields are read, in stages: the objects of a document, each parsed once; the JSON of all fields
as one array; their texts, NULL where they stand for nothing; the values, NULL where they were not read. Stages are
nested SELECTs, and fields an array, because ClickHouse copies a function into the query wherever it is called: as one
expression for each field the query would take a second to analyse. There is no AND or OR in them, nor in the functions
that they use, but multiIf: ClickHouse compares the operands of AND and OR with all stages below them (it took half of
the time of an INSERT of few rows).
#}
{% from 'macros/fields.sql' import FIELDS, OBJECTS %}

{# The fields of an object by its path: `object_` and the path; of the document itself, '' as its path. #}
{% macro object_of(path) -%}
object_{{ path | replace('.', '_') }}
{%- endmacro %}

{% macro json_at(path) -%}
{% set steps = path.rpartition('.') -%}
{{ object_of(steps[0]) }}['{{ steps[2] }}']
{%- endmacro %}

{# Elements of an array, a line each. #}
{% macro lines_of(elements) -%}
[
    {{ elements | join(',\n    ') }}
]
{%- endmacro %}

{# The names in an object that the model has: those of its fields, and of the objects in it. #}
{% macro known_names(kind_name, object_path, more=()) -%}
{% set names = [] -%}
{% for column, path, reader, default in FIELDS[kind_name] if path.rpartition('.')[0] == object_path -%}
{% set _ = names.append(path.rpartition('.')[2]) -%}
{% endfor -%}
{% for path in OBJECTS[kind_name] if path.rpartition('.')[0] == object_path -%}
{% set _ = names.append(path.rpartition('.')[2]) -%}
{% endfor -%}
{{ lines_of((names + more | list) | map('tojson') | map('replace', '"', "'")) }}
{%- endmacro %}

{# First stage: the objects, and what the message is: 'delete', or the type of its JSON. #}
{% macro read_objects(kind_name) -%}
if(operation = 'delete', 'delete', toString(JSONType(payload))) AS message_type,
shop_clean(id) AS message_key,
shop_object(payload) AS {{ object_of('') }}
{%- for path in OBJECTS[kind_name] %},
shop_object({{ json_at(path) }}) AS {{ object_of(path) }}
{%- endfor %}
{%- endmacro %}

{# Second stage: the JSON of the fields, and the fields that the model does not have. #}
{% macro read_json(kind_name, more=()) -%}
{% set elements = [] -%}
{% for column, path, reader, default in FIELDS[kind_name] -%}
{% set _ = elements.append(json_at(path)) -%}
{% endfor -%}
{{ lines_of(elements) }} AS field_json,
mapFilter(
    (name, json) -> NOT has(
        {{ known_names(kind_name, '', more) | indent(8) }},
        name
    ),
    {{ object_of('') }}
) AS other_fields
{%- endmacro %}

{#
Third stage: the texts of all fields, and the fields that the model does not have: where, name, name inside, JSON. Where
is '' at the top of the document, the path of an object of the model, or a dot for what is inside another one of them. In
the stages from here on each function stands once for all of them, because its text is copied wherever it stands.
#}
{% macro read_texts(kind_name) -%}
arrayMap(json -> shop_scalar(json), field_json) AS field_scalars,
arrayConcat(
    arrayMap((name, json) -> ('', name, '', json), mapKeys(other_fields), mapValues(other_fields)),
    arrayFlatten(
        arrayMap(
            (name, json) -> shop_fields_inside(name, json),
            mapKeys(other_fields),
            mapValues(other_fields)
        )
    ),
    {% for path in OBJECTS[kind_name] -%}
    arrayFilter(
        field -> NOT has(
            {{ known_names(kind_name, path) | indent(12) }},
            field.2
        ),
        arrayMap((name, json) -> ('{{ path }}', name, '', json), mapKeys({{ object_of(path) }}), mapValues({{ object_of(path) }}))
    ){{ '' if loop.last else ',' }}
    {% endfor %}
) AS named_fields
{%- endmacro %}

{# Fourth stage: all texts as names; of the other fields where, both names as shown, both as compared, JSON, text. #}
{% macro read_names() -%}
arrayMap(scalar -> shop_name(scalar), field_scalars) AS field_names,
arrayMap(
    field -> (
        field.1,
        arrayMap(name -> shop_field_name(name), [field.2, field.3]),
        arrayMap(name -> shop_mark_word(name), [field.2, field.3]),
        field.4,
        shop_name(shop_said(field.4)),
        shop_status_word(shop_said(field.4))
    ),
    named_fields
) AS other_words
{%- endmacro %}

{#
Fifth stage: texts that stand for something; of the other fields the role, and what their texts say; whether an update
replaces this row of Snowflake.
#}
{% macro read_words(role) -%}
arrayMap(name -> shop_something(name), field_names) AS field_words,
arrayMap(
    field -> (
        field,
        shop_beside_role(
            field.1,
            arrayStringConcat(field.3, '.'),
            arrayMap(
                name -> {{ role }}(name),
                [
                    if(field.3[2] = '', field.3[1], field.3[2]),
                    if(field.3[2] = '', field.3[1], concat(field.3[1], '_', field.3[2]))
                ]
            )
        ),
        shop_bool(field.5),
        shop_something(field.5),
        field.6
    ),
    arrayFilter(field -> field.1 IN ('', '.'), other_words)
) AS other_roles,
shop_bool(
    arrayFirst(
        field -> multiIf(field.1 != '', 0, replaceAll(field.3[1], '_', '') = 'metadata$isupdate'), other_words
    ).5
) AS is_replaced
{%- endmacro %}

{#
Sixth stage: what the other fields mark: where, name, name inside, JSON, mark, reason; of some fields more than a word
stands for nothing; references are ids.
#}
{% macro read_written(kind_name) -%}
{% set elements = [] -%}
{% for column, path, reader, default in FIELDS[kind_name] -%}
{% set word = 'field_words[' ~ loop.index ~ ']' -%}
{% if reader in ('date', 'instant') -%}
{% set _ = elements.append('shop_day_text(' ~ word ~ ')') -%}
{% elif reader == 'city' -%}
{% set scalar = 'field_scalars[' ~ loop.index ~ ']' -%}
{% set _ = elements.append(
    'if(match(' ~ scalar ~ ", '[\\\\x09-\\\\x0d\\\\x1c-\\\\x1e\\\\x{85}\\\\x{2028}\\\\x{2029}]'), shop_something(shop_name(shop_one_line(" ~ scalar ~ '))), ' ~ word ~ ')'
) -%}
{% elif reader == 'card' -%}
{% set _ = elements.append('shop_card_text(' ~ word ~ ')') -%}
{% elif reader == 'payment' -%}
{# There it stands for безналичный, which could be a card or a transfer. -#}
{% set name = 'field_names[' ~ loop.index ~ ']' -%}
{% set _ = elements.append('if(' ~ name ~ " = 'б/н', " ~ name ~ ', ' ~ word ~ ')') -%}
{% elif reader == 'reference' -%}
{% set _ = elements.append('shop_something(shop_clean(field_scalars[' ~ loop.index ~ ']))') -%}
{% else -%}
{% set _ = elements.append(word) -%}
{% endif -%}
{% endfor -%}
{{ lines_of(elements) }} AS written,
arrayMap(
    field -> (
        field.1.1,
        field.1.2[1],
        arrayStringConcat(arrayFilter(name -> name != '', field.1.2), '.'),
        field.1.4,
        shop_beside_mark(
            field.1.1,
            arrayStringConcat(field.1.3, '.'),
            field.2,
            coalesce(is_replaced, FALSE),
            shop_mark(field.2, field.1.4, field.1.5, field.3, field.4, field.5)
        ),
        shop_mark_text(arrayStringConcat(arrayFilter(name -> name != '', field.1.3), '.'), coalesce(field.1.5, ''))
    ),
    other_roles
) AS found_marks
{%- endmacro %}

{#
Seventh and eighth stage: the form in ISO 8601 of dates and times; the marks: name, JSON, mark, reason, of fields in other
fields where these say something and their field does not. A lambda copies every array that it uses, but for its
arguments, once an element: of the marks it uses the few names that say something.
#}
{% macro read_days(kind_name) -%}
{% for column, path, reader, default in FIELDS[kind_name] if reader in ('date', 'instant') -%}
shop_two_digits(written[{{ position_of(kind_name, column) }}]) AS {{ column }}_padded,
{% endfor -%}
arrayMap(
    own -> own.2, arrayFilter(own -> if(own.1 = '', own.5 != '', 0), found_marks)
) AS said_by_fields,
arrayMap(
    mark -> (mark.3, mark.4, mark.5, mark.6),
    arrayFilter(
        mark -> multiIf(
            mark.1 = '', 1,
            mark.5 = '', 0,
            NOT has(said_by_fields, mark.2)
        ),
        found_marks
    )
) AS marks
{%- endmacro %}

{% macro read_iso(kind_name) -%}
{% for column, path, reader, default in FIELDS[kind_name] if reader in ('date', 'instant') -%}
shop_iso(written[{{ position_of(kind_name, column) }}], {{ column }}_padded) AS {{ column }}_iso{{ '' if loop.last else ',\n' }}
{%- else -%}
0 AS no_iso
{%- endfor %}
{%- endmacro %}

{% macro position_of(kind_name, column) -%}
{% for other, path, reader, default in FIELDS[kind_name] if other == column -%}
{% for path in FIELDS[kind_name] -%}
{% if path[0] == column %}{{ loop.index }}{% endif -%}
{% endfor -%}
{% endfor -%}
{%- endmacro %}

{# The text of a field, and its JSON. #}
{% macro written_of(kind_name, column) -%}
written[{{ position_of(kind_name, column) }}]
{%- endmacro %}
{% macro json_of(kind_name, column) -%}
field_json[{{ position_of(kind_name, column) }}]
{%- endmacro %}

{# Last stage: the values. #}
{% macro read_values(kind_name) -%}
{% for column, path, reader, default in FIELDS[kind_name] if reader != 'labels' -%}
{% set word = written_of(kind_name, column) -%}
{% if reader in ('text', 'reference') -%}
shop_known_text({{ word }})
{%- elif reader == 'bool' -%}
shop_bool(field_names[{{ position_of(kind_name, column) }}])
{%- elif reader == 'date' -%}
if(shop_is_calendar_text({{ json_of(kind_name, column) }}, {{ word }}), NULL, shop_day({{ word }}, {{ column }}_iso))
{%- elif reader == 'instant' -%}
if(shop_is_calendar_text({{ json_of(kind_name, column) }}, {{ word }}), NULL, shop_moment({{ word }}, {{ column }}_iso))
{%- else -%}
shop_{{ reader }}({{ word }})
{%- endif %} AS known_{{ column }}{{ '' if loop.last else ',\n' }}
{%- endfor %}
{%- endmacro %}

{# A SELECT that computes the expressions of one stage after the other. #}
{% macro staged(source, stages) -%}
{% set made = namespace(sql=source) -%}
{% for stage in stages -%}
{% set made.sql = '(\n    SELECT\n        *,\n        ' ~ (stage | indent(8)) ~ '\n    FROM ' ~ (made.sql | indent(4)) ~ '\n) AS stage_'
    ~ loop.index -%}
{% endfor -%}
{{ made.sql }}
{%- endmacro %}

{# Fields with values that are there and were not read: field, way of reading, JSON, text. #}
{% macro unread_fields(kind_name) -%}
{% set paths = [] -%}
{% set readers = [] -%}
{% set found = [] -%}
{% for column, path, reader, default in FIELDS[kind_name] -%}
{% set _ = paths.append("'" ~ path ~ "'") -%}
{% set _ = readers.append("'" ~ reader ~ "'") -%}
{% set _ = found.append('1' if reader == 'labels' else 'isNotNull(known_' ~ column ~ ')') -%}
{% endfor -%}
arrayFilter(
    (finding, is_read) -> multiIf(is_read, 0, isNotNull(finding.4), 1, shop_is_container(finding.3)),
    arrayZip(
        {{ lines_of(paths) | indent(8) }},
        {{ lines_of(readers) | indent(8) }},
        field_json,
        written
    ),
    {{ lines_of(found) | indent(4) }}
)
{%- endmacro %}

{# Objects of the model without any of its fields, which are in another object in it: `location: {"data": {"city": …}}`. #}
{% macro wrapped_objects(kind_name) -%}
arrayFilter(
    finding -> finding.1 != '',
    [
        {% for path in OBJECTS[kind_name] -%}
        {% set names = [] -%}
        {% for column, field, reader, default in FIELDS[kind_name] if field.rpartition('.')[0] == path -%}
        {% set _ = names.append(field.rpartition('.')[2]) -%}
        {% endfor -%}
        {% for inner in OBJECTS[kind_name] if inner.rpartition('.')[0] == path -%}
        {% set _ = names.append(inner.rpartition('.')[2]) -%}
        {% endfor -%}
        (
            multiIf(
                empty({{ object_of(path) }}), '',
                hasAny(mapKeys({{ object_of(path) }}), ['{{ names | join("', '") }}']), '',
                match({{ json_at(path) }}, '"(?:{{ names | join('|') }})"\\s*:'), '{{ path }}',
                ''
            ),
            'wrapped',
            {{ json_at(path) }},
            CAST('' AS Nullable(String))
        ){{ '' if loop.last else ',' }}
        {% endfor -%}
    ]
)
{%- endmacro %}

{# Fields whose names are those of the model in another spelling, such as paymentMethod or customer.loyaltyCardNumber. #}
{% macro respelled_fields(kind_name, more=()) -%}
{% set names = [] -%}
{% set inner = [] -%}
{% for column, path, reader, default in FIELDS[kind_name] -%}
{% set _ = names.append(path.partition('.')[0] | replace('_', '')) -%}
{% set steps = path.rpartition('.') -%}
{% set _ = inner.append(steps[0] ~ '.' ~ (steps[2] | replace('_', ''))) if steps[0] -%}
{% endfor -%}
{% for path in OBJECTS[kind_name] if '.' in path -%}
{% set _ = inner.append(path) -%}
{% endfor -%}
arrayMap(
    field -> (
        arrayStringConcat(arrayFilter(name -> name != '', [field.1, field.2[1]]), '.'),
        'spelling',
        field.4,
        coalesce(field.5, '')
    ),
    arrayFilter(
        field -> multiIf(
            NOT has(
                {{ lines_of((names + more | list + inner) | unique | map('tojson') | map('replace', '"', "'")) | indent(16) }},
                concat(field.1, if(field.1 = '', '', '.'), replaceAll(field.3[1], '_', ''))
            ), 0,
            isNotNull(shop_something(field.5)), 1,
            shop_is_container(field.4)
        ),
        other_words
    )
)
{%- endmacro %}

{# Fields that say that amounts are in another currency than the rouble, which no reading of an amount knows. #}
{% set CURRENCY_PARTS = 'id|code|iso|iso_?code|name|symbol|sign|код' %}
{% set CURRENCY_NAMES = '(?:currency|валют[аы]|(?:^|[_.])(?:ccy|waers|waerk))_?(?:id|code|iso|iso_?code|symbol|sign|код)?'
    ~ '(?:[.](?:' ~ CURRENCY_PARTS ~ '))?$|(?:^|[_.])валют[аы][а-я_]*(?:[.](?:' ~ CURRENCY_PARTS ~ '))?$' %}
{% set ROUBLE_WORDS = '643|810|₽|rub|rur|р|руб|рубль|рубли|рублей|рубля|roubles?|rubles?|рос|росс|российск(?:ий|ие|их)|рф'
    ~ '|россии|российской|федерации|russian|russia|federation' %}
{% set ROUBLES = '^(?:(?:' ~ ROUBLE_WORDS ~ ')(?:[ .,()/-]+|$))+$' %}
{# An id alone may be a number of the shop's own, and `курс_валюты` is a rate. #}
{% macro says_another_currency(name, said) -%}
multiIf(
    NOT match({{ name }}, '{{ CURRENCY_NAMES }}'), 0,
    match({{ name }}, 'курс'), 0,
    isNull(shop_something({{ said }})), 0,
    isNotNull(shop_bool({{ said }})), 0,
    if(match({{ name }}, '[.]id$'), match({{ said }}, '[0-9]'), 0), 0,
    NOT match(coalesce({{ said }}, ''), '{{ ROUBLES }}')
)
{%- endmacro %}
{% macro other_currencies() -%}
arrayMap(
    field -> (
        arrayStringConcat(
            arrayFilter(name -> name != '', [if(field.1 = '.', '', field.1), field.2[1], field.2[2]]), '.'
        ),
        'currency',
        field.4,
        coalesce(field.5, '')
    ),
    arrayFilter(
        field -> {{ says_another_currency("arrayStringConcat(arrayFilter(name -> name != '', field.3), '.')", 'field.5') }},
        other_words
    )
)
{%- endmacro %}

{# The columns of a kind in SELECT, each as it was read. #}
{% macro columns(kind_name) -%}
{% for column, path, reader, default in FIELDS[kind_name] if reader != 'labels' -%}
{% if default -%}
coalesce(known_{{ column }}, {{ default }}) AS {{ column }},
{%- else -%}
known_{{ column }} AS {{ column }},
{%- endif %}{{ '' if loop.last else '\n' }}
{%- endfor %}
{%- endmacro %}

{# Why a required field of a kind has no value. #}
{% macro fault_of(kind_name, column) -%}
{% for other, path, reader, default in FIELDS[kind_name] if other == column -%}
shop_fault('{{ path }}', {{ json_of(kind_name, column) }}, {{ written_of(kind_name, column) }}, known_{{ column }})
{%- endfor %}
{%- endmacro %}

{# The reasons of a document: those of its message always, those of its fields unless it is excluded. #}
{% macro faults(field_faults) -%}
arrayFilter(
    reason -> reason != '',
    arrayConcat(
        [
            shop_time_fault(source_time, kafka_timestamp, ingested_at),
            if(message_type = 'delete', '', shop_key_fault(message_key)),
            if(message_type IN ('delete', 'Object'), '', 'payload: not a JSON object')
        ],
        -- No multiIf over all of them: ClickHouse would then compute every field row by row, on demand.
        arraySlice(
            [
                {{ field_faults | indent(16) }}
            ],
            1,
            multiIf(message_type != 'Object', 0, excluded_as != '', 0, 20)
        )
    )
) AS reasons_found
{%- endmacro %}

{# The columns that every table of versions has: how the document was read, and where its message is. #}
{% macro version_columns(kind_name) -%}
arrayConcat(
    arrayMap(
        finding -> (finding.1, shop_unread(finding.2, finding.4), shop_shape(finding.3)), arraySlice(unread_found, 1, 50)
    ),
    arrayMap(
        more -> ('(more)', 'more values of the document than are listed', toString(more)),
        arrayFilter(more -> more > 0, [toInt64(length(unread_found)) - 50])
    )
) AS unread,
excluded_as AS excluded,
arraySlice(
    arrayDistinct(
        arrayConcat(
            arrayMap(mark -> mark.1, arrayFilter(mark -> mark.3 = '', marks)),
            arrayMap(
                field -> concat(field.1, '.', field.2[1]), arrayFilter(field -> field.1 NOT IN ('', '.'), other_words)
            )
            {%- if kind_name == 'purchases' %},
            unknown_line_fields
            {%- endif %}
        )
    ),
    1,
    50
) AS unknown_fields,
shop_rules() AS cleaned_by,
shop_version(shop_bounded_time(source_time, kafka_timestamp, ingested_at), kafka_offset) AS version,
multiIf(message_type = 'delete', 1, notEmpty(reasons_found), 1, excluded_as != '', 1, 0) AS is_deleted,
reasons_found AS reasons,
if(notEmpty(reasons_found), payload, '') AS rejected_payload,
operation,
source_time,
kafka_topic,
kafka_topic_id,
kafka_partition,
kafka_offset,
ingested_at
{%- endmacro %}
