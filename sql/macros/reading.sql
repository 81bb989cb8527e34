{#
How the fields of macros/fields are read, in stages: the objects of a document, each parsed once; the JSON of all fields
as one array; their texts, NULL where they stand for nothing; the values, NULL where they were not read. Stages are
nested SELECTs, and fields an array, because ClickHouse copies a function into the query wherever it is called, and an
argument wherever the function uses it: as one expression for each field the query would take a second to analyse. So a
lambda names what a function uses many times: `arrayMap(text -> shop_money(text), [word])[1]`. There is no AND or OR in
the stages, nor in the functions that they use, but multiIf: ClickHouse compares the operands of AND and OR with all
stages below them (it took half of the time of an INSERT of few rows).
#}
{% from 'macros/arrays.sql' import places_in %}
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
        (where_found, name, name_inside, json) -> NOT has(
            {{ known_names(kind_name, path) | indent(12) }},
            name
        ),
        arrayMap((name, json) -> ('{{ path }}', name, '', json), mapKeys({{ object_of(path) }}), mapValues({{ object_of(path) }}))
    ){{ '' if loop.last else ',' }}
    {% endfor %}
) AS named_fields
{%- endmacro %}

{#
Fourth stage: all texts as names; of the other fields where, both names as shown, both as compared, JSON, text, and text
as a word of a status.
#}
{% macro read_names() -%}
arrayMap(scalar -> shop_name(scalar), field_scalars) AS field_names,
arrayMap(
    (where_found, names, json, said) -> (
        where_found,
        arrayMap(name -> shop_field_name(name), names),
        arrayMap(name -> shop_mark_word(name), names),
        json,
        shop_name(said),
        shop_status_word(said)
    ),
    arrayMap(
        (where_found, name, name_inside, json) -> (where_found, [name, name_inside], json, shop_said(json)),
        named_fields
    )
) AS other_words
{%- endmacro %}

{#
Fifth stage: texts that stand for something; of the other fields the role, and what their texts say; whether an update
replaces this row of Snowflake.
#}
{% macro read_words(role) -%}
arrayMap(name -> shop_something(name), field_names) AS field_words,
arrayMap(
    (where_found, names, words, path, roles, json, said, status_word) -> (
        where_found,
        names,
        words,
        shop_beside_role(where_found, path, roles),
        json,
        said,
        shop_bool(said),
        shop_something(said),
        status_word
    ),
    arrayMap(
        (where_found, names, words, json, said, status_word) -> (
            where_found,
            names,
            words,
            arrayStringConcat(words, '.'),
            arrayMap(
                name -> {{ role }}(name),
                if(words[2] = '', [words[1], words[1]], [words[2], concat(words[1], '_', words[2])])
            ),
            json,
            said,
            status_word
        ),
        arrayFilter(field -> field.1 IN ('', '.'), other_words)
    )
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
    (where_found, names, words, role, json, said, path, mark) -> (
        where_found,
        names[1],
        arrayStringConcat(arrayFilter(name -> name != '', names), '.'),
        json,
        shop_beside_mark(where_found, path, role, coalesce(is_replaced, FALSE), mark),
        shop_mark_text(arrayStringConcat(arrayFilter(word -> word != '', words), '.'), coalesce(said, ''))
    ),
    arrayMap(
        (where_found, names, words, role, json, said, agreed, something, status_word) -> (
            where_found,
            names,
            words,
            role,
            json,
            said,
            arrayStringConcat(words, '.'),
            shop_mark(role, json, said, agreed, something, status_word)
        ),
        other_roles
    )
) AS found_marks
{%- endmacro %}

{#
Seventh and eighth stage: the form in ISO 8601 of dates and times; the marks: name, JSON, mark, reason, of fields in other
fields where these say something and their field does not.
#}
{% macro read_days(kind_name) -%}
{% for column, path, reader, default in FIELDS[kind_name] if reader in ('date', 'instant') -%}
shop_two_digits(written[{{ position_of(kind_name, column) }}]) AS {{ column }}_padded,
{% endfor -%}
arrayDistinct(
    arrayMap(
        (where_found, field, name, json, mark, reason) -> field,
        arrayFilter((where_found, field, name, json, mark, reason) -> if(where_found = '', mark != '', 0), found_marks)
    )
) AS said_by_fields,
arrayMap(
    (where_found, field, name, json, mark, reason) -> (name, json, mark, reason),
    arrayFilter(
        (found, where_found, mark, place) -> multiIf(
            where_found = '', 1,
            mark = '', 0,
            place > length(said_by_fields)
        ),
        found_marks,
        arrayMap((where_found, field, name, json, mark, reason) -> where_found, found_marks),
        arrayMap((where_found, field, name, json, mark, reason) -> mark, found_marks),
        {{ places_in('said_by_fields', 'arrayMap((where_found, field, name, json, mark, reason) -> field, found_marks)') }}
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
{% if reader == 'text' -%}
shop_known_text({{ word }})
{%- elif reader == 'reference' -%}
shop_known_reference({{ word }})
{%- elif reader == 'bool' -%}
shop_bool(field_names[{{ position_of(kind_name, column) }}])
{%- elif reader == 'date' -%}
arrayMap(
    (json, text) -> if(shop_is_calendar_text(json, text), NULL, shop_day(text, {{ column }}_iso)),
    [{{ json_of(kind_name, column) }}],
    [{{ word }}]
)[1]
{%- elif reader == 'instant' -%}
arrayMap(
    (json, text) -> if(shop_is_calendar_text(json, text), NULL, shop_moment(text, {{ column }}_iso)),
    [{{ json_of(kind_name, column) }}],
    [{{ word }}]
)[1]
{%- else -%}
arrayMap(text -> shop_{{ reader }}(text), [{{ word }}])[1]
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

{# The reason of the first field that marks a document as deleted or no sale; those that say what nobody knows. #}
{% macro excluding_mark() -%}
arrayFirst((name, json, mark, reason) -> mark = 'out', marks).4
{%- endmacro %}
{% macro unknown_marks() -%}
arrayMap(
    (name, json, mark, reason) -> (name, 'status', json, CAST('' AS Nullable(String))),
    arrayFilter((name, json, mark, reason) -> mark = 'unknown', marks)
)
{%- endmacro %}

{# Fields whose names are those of the model in another spelling, such as paymentMethod or customer.loyaltyCardNumber;
the id's, if they have another id. #}
{% macro respelled_fields(kind_name, id_field, more=()) -%}
{% set id_name = id_field | replace('_', '') -%}
{% set names = [id_name] -%}
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
    (where_found, names, words, json, said, status_word) -> (
        arrayStringConcat(arrayFilter(name -> name != '', [where_found, names[1]]), '.'),
        'spelling',
        json,
        coalesce(said, '')
    ),
    arrayFilter(
        (where_found, names, words, json, said, status_word) -> multiIf(
            NOT has(
                {{ lines_of((names + more | list + inner) | unique | map('tojson') | map('replace', '"', "'")) | indent(16) }},
                concat(where_found, if(where_found = '', '', '.'), replaceAll(words[1], '_', ''))
            ), 0,
            if(
                concat(where_found, replaceAll(words[1], '_', '')) = '{{ id_name }}', said = coalesce(message_key, ''), 0
            ), 0,
            isNotNull(shop_something(said)), 1,
            shop_is_container(json)
        ),
        other_words
    )
)
{%- endmacro %}

{# Fields that say that amounts are in another currency than the rouble, which no reading of an amount knows. #}
{# An id alone may be a number of the shop's own, and `курс_валюты` is a rate. #}
{% macro says_another_currency(name, said) -%}
multiIf(
    NOT match({{ name }}, '{{ currency_words.CURRENCY_NAMES }}'), 0,
    match({{ name }}, 'курс'), 0,
    isNull(shop_something({{ said }})), 0,
    isNotNull(shop_bool({{ said }})), 0,
    if(match({{ name }}, '[.]id$'), match({{ said }}, '[0-9]'), 0), 0,
    NOT match(coalesce({{ said }}, ''), '{{ currency_words.ROUBLES }}')
)
{%- endmacro %}
{% macro other_currencies() -%}
arrayMap(
    (names, path, json, said) -> (
        arrayStringConcat(arrayFilter(name -> name != '', names), '.'), 'currency', json, coalesce(said, '')
    ),
    arrayFilter(
        (names, path, json, said) -> {{ says_another_currency('path', 'said') }},
        arrayMap(
            (where_found, names, words, json, said, status_word) -> (
                arrayPushFront(names, if(where_found = '.', '', where_found)),
                arrayStringConcat(arrayFilter(word -> word != '', words), '.'),
                json,
                said
            ),
            other_words
        )
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
        (field, reader, json, written) -> (field, shop_unread(reader, written), shop_shape(json)),
        arraySlice(unread_found, 1, 50)
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
            arrayMap(
                (name, json, mark, reason) -> name, arrayFilter((name, json, mark, reason) -> mark = '', marks)
            ),
            arrayMap(
                (where_found, names, words, json, said, status_word) -> concat(where_found, '.', names[1]),
                arrayFilter(
                    (where_found, names, words, json, said, status_word) -> where_found NOT IN ('', '.'), other_words
                )
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
