{#
What marks a document or a line as deleted or as no sale (docs/no_sale.md). The names of fields and the words are in
shop_assets/documents/mark_words.py, which is `mark_words` here.
#}

{#
Fields that are not listed. Nobody knows what a shop means by them: what they say is counted as unknown, and never
excludes. Their roles:
- `hint`: the name speaks of a deletion, a return or a cancellation.
- `word`: the name is a word of no sale.
- `done`: the name says that something stands.
- `state`: the status of an order or a receipt.
- `code`: the name is nearly that of a receipt's type, so that 2, 3 and 4 may be a return.
- `form`: the code of a receipt's form, of which some are corrections.
- `mode`: the value may say that all is a test.
- `other`: the value may speak of no sale.
- `prose`: what people write, where only a value that is a word of no sale counts.
- `present`: any value of it is one too much.
- `gone`: of other kinds, a value may speak of a deletion.
` d` behind a role: the name speaks of changes, and D is a deletion.
#}
{# Not of a table, which may be called refunds. #}
{% set HARMLESS_NAMES = '(?:[^t]|[^_]t)able(?:_|$)|until|polic|deadline|period|terms?(?:_|$)|days|срок|allow|possib|eligib|window'
    ~ '|returning|return(?:ed)?_customer|point_of_return|услови|правил|возможн|тара|отказ_от|_до$|_enabled$'
    ~ '|(?:^|_)(?:can|free)_|(?:^|_)rates?(?:_|$)' %}
{# Ways to somebody: return_address says where. One may be the means: whatever cancelled_by_phone says, it was by phone. #}
{% set WAY_NAMES = 'url|link|href|address|phone|mail|instruction|label|адрес|ссылк|телефон' %}
{% set MEANS_NAMES = '_(?:by|via|over|through|по|через)_' %}
{% set FLAG_ENDS = '_(?:at|on|date|time|mode|order|receipt|sale|purchase|transaction|чек|режим|заказ|покупка|продажа)$' %}
{% set MODE_NAMES = '(?:^|_)(?:' ~ mark_words.MODE_WORDS | join('|') ~ ')(?:_|$)' %}
{% set RECEIPT_CODES = '^(?:receipt|document|doc|fiscal_?document|чек_?|документ_?)(?:_?(?:code|код))$|^код_?(?:чека|документа)$' %}
{% set SALE_THINGS = '(?:order|purchase|sale|receipt|payment|financial|transaction|document|doc|invoice|cheque|line|item|current|processing'
    ~ '|record|row)' %}
{% set SALE_THINGS_RU = '(?:заказ|чек|покупк|оплат|документ|продаж|операц|строк|позици|платеж)' %}
{% set STATE_NAMES = '^(?:[a-z0-9]+_)*' ~ SALE_THINGS ~ '_?(?:status|state|stage)(?:_?(?:name|code|text|title|value|id))?$'
    ~ '|^(?:status|stage)_?(?:name|code|text|title|value|id)$|^state_?id$'
    ~ '|^(?:статус|состояние)_?' ~ SALE_THINGS_RU
    ~ '|^' ~ SALE_THINGS_RU ~ '[а-я_]*(?:статус|состояние)$' %}
{% set CHANGE_NAMES = '(?:^|_)(?:op|oper|operation[$]?|opcode|change|action|cdc|event|dml|crud|enttyp|capxaction)(?:_|$)'
    ~ '|change_?mode|(?:^|[_0])(?:rec|record|row)_?(?:mode|status|state|flag)(?:_|$)' %}
{% set RECEIPT_WORDS = '(?:receipt|check|cheque|fiscal|ffd|operation|calculation)' %}
{% set CODE_NAMES = RECEIPT_WORDS ~ 's?(?:_(?:[a-z0-9]+_)*)?(?:type|operation|sign)(?:_|$|id|code)'
    ~ '|(?:^|_)(?:type|sign|operation)_(?:[a-z0-9]+_)*' ~ RECEIPT_WORDS
    ~ '|(?:чек|операци|расчет)[а-я]*_?(?:[а-я]+_)*(?:тип|вид|признак)'
    ~ '|(?:тип|вид|признак)_?(?:[а-я]+_)*(?:чек|операци|расчет)' %}
{% set VALUE_NAMES = '(?:^|_)(?:table|collection|topic)(?:_|$)|context|status|state|kind|type|operation|event|action|статус|состояни|тип|вид|операци|событи|действи|транзакци' %}
{% set PROSE_NAMES = 'comment|note|descr|remark|message|text|title|name|address|review|feedback|question|reason|promo|coupon'
    ~ '|campaign|utm|url|link|slug|brand|product|token|hash|_id$|uuid|file|image|photo|коммент|примеч|опис|назван|наимен'
    ~ '|адрес|имя|фамил|фио|сообщ|отзыв|вопрос|причин|промо|купон|акци|ссылк|товар|бренд|производ|пожелан' %}

{#
What speaks of no sale in a value of a few words, and of a deletion; what is said at every till; and what denies it: без
возврата, not refunded, возврат невозможен, returns: 0.
#}
{% set EDGE = '(?:[^\\\\p{L}]|$)' %}
{% set NO_SALE_STEMS = '(?:^|[^\\\\p{L}])(?:(?:cancel(?:s|l?ed|lation)?|[a-z]*(?:refund|return)(?:s|ed)?|void(?:ed)?|annul(?:l?ed)?'
    ~ '|storno|revers(?:ed|al)|chargeback|declined|rejected|failed|abandoned|expired|deleted?|pending|unpaid|trashed'
    ~ '|buyback|payback|corrections?|removed|удален[оаы]?|отказ[а]?|отказано)' ~ EDGE
    ~ '|отмен(?:[^н]|$)|возвра[тщ]|аннул|сторн|отклон|отлож|невыкуп|неоплач|черновик|коррекц'
    ~ '|(?:не|not)_?(?:' ~ mark_words.NOT_DONE_BEGINNINGS | join('|') ~ '))' %}
{% set DELETION_STEMS = '(?:^|[^\\\\p{L}])(?:deleted?|removed|удален(?:[оаы]|ие)?)' ~ EDGE %}
{% set NO_REFUSALS = 'отказа?_от_(?:\\\\p{L}+[ое](?:го|й)_)?(?:пакет|чек|упаков)\\\\p{L}*' %}
{% set DENIED_STEMS = '(?:refund|return|cancel|delet|void|возвр|отмен|удал|аннул|сторн|отказ|отклон)' %}
{% set DENIED = '(?:^|[^\\\\p{L}])(?:(?:not?|non|без|не|нет)_?' ~ DENIED_STEMS
    ~ '|(?:не_подлеж|не_?возмож)\\\\p{L}*_(?:\\\\p{L}+_и_)?' ~ DENIED_STEMS
    ~ '|' ~ DENIED_STEMS ~ '\\\\p{L}*(?:_и_\\\\p{L}+)?_(?:не_подлеж|не_?возмож)'
    ~ '|' ~ DENIED_STEMS ~ '\\\\p{L}*(?:_?[:=]_?|_)(?:0|false|no|нет)$)' %}

{% macro words(values) -%}
('{{ values | join("', '") }}')
{%- endmacro %}

{# Whether a word is one of a list, also without the underscores that letter case gave it: PayBack. #}
{% macro is_one_of(word, values) -%}
if({{ word }} IN {{ words(values) }}, 1, replaceAll({{ word }}, '_', '') IN {{ words(values) }})
{%- endmacro %}

{# What the fields may say, by their role in shop_mark: of any document, of a purchase, of a line. #}
{% set DELETION_ROLES = {
    'flag': mark_words.DELETION_FLAGS,
    'time': mark_words.DELETION_TIMES,
    'change': mark_words.CHANGE_FIELDS,
    'capture': mark_words.CAPTURE_FIELDS,
    'hint': mark_words.UNSURE_NAMES,
    'done': mark_words.NEWEST_FLAGS,
} %}
{% set SALE_ROLES = {
    'status': mark_words.STATUS_FIELDS,
    'type': mark_words.TYPE_FIELDS,
    'flag': mark_words.NO_SALE_FLAGS + mark_words.DELETION_FLAGS,
    'time': mark_words.NO_SALE_TIMES + mark_words.DELETION_TIMES,
    'sale': mark_words.SALE_FLAGS,
    'change': mark_words.CHANGE_FIELDS,
    'capture': mark_words.CAPTURE_FIELDS,
    'hint': mark_words.UNSURE_NAMES,
    'present': mark_words.CORRECTION_FIELDS,
    'done': mark_words.DONE_NAMES + mark_words.NEWEST_FLAGS,
} %}
{% set LINE_ROLES = {
    'status': mark_words.STATUS_FIELDS,
    'flag': mark_words.NO_SALE_FLAGS + mark_words.DELETION_FLAGS,
    'time': mark_words.NO_SALE_TIMES + mark_words.DELETION_TIMES,
    'change': mark_words.CHANGE_FIELDS,
    'capture': mark_words.CAPTURE_FIELDS,
    'hint': mark_words.UNSURE_NAMES,
    'done': mark_words.NEWEST_FLAGS,
} %}

{# The role of a field: of the listed ones by name; of others `unlisted`, an expression. #}
{% macro role_of(field, roles, unlisted) -%}
{% set names, values = [], [] -%}
{% for role in roles -%}
{% for name in roles[role] -%}
{% set _ = names.append(name) -%}
{% set _ = values.append(role) -%}
{% endfor -%}
{% endfor -%}
transform(
    replaceRegexpAll({{ field }}, '([^_])_+', '\\1'),
    ['{{ names | join("', '") }}'],
    ['{{ values | join("', '") }}'],
    {{ unlisted }}
)
{%- endmacro %}

{# Whether a name speaks of no sale or a deletion, and not of a way to somebody alone. #}
{% macro speaks_of(field, names) -%}
if(match({{ field }}, '{{ names }}'), if(match({{ field }}, '{{ WAY_NAMES }}'), match({{ field }}, '{{ MEANS_NAMES }}'), 1), 0)
{%- endmacro %}

{# The role of a field that is not listed, of a purchase or a line, and of other kinds. #}
{% macro unlisted_sale_role(field) -%}
multiIf(
        match({{ field }}, '{{ HARMLESS_NAMES }}'), 'prose',
        {{ speaks_of(field, mark_words.NO_SALE_NAMES) }}, 'hint',
        match({{ field }}, '{{ WAY_NAMES }}'), 'prose',
        replaceRegexpOne(replaceRegexpOne({{ field }}, '^(?:is_?|date_)', ''), '{{ FLAG_ENDS }}', '')
        IN {{ words(mark_words.NO_SALE_WORDS + mark_words.NO_SALE_FLAG_WORDS + mark_words.TEST_WORDS + mark_words.UNSURE_FLAG_WORDS) }}, 'word',
        match({{ field }}, '{{ STATE_NAMES }}'), 'state',
        match({{ field }}, '{{ CODE_NAMES }}'), 'code',
        match({{ field }}, '{{ RECEIPT_CODES }}'), 'form',
        match({{ field }}, '{{ CHANGE_NAMES }}'), 'other d',
        match({{ field }}, '{{ MODE_NAMES }}'), 'mode',
        match({{ field }}, '{{ VALUE_NAMES }}'), 'other',
        match({{ field }}, '{{ PROSE_NAMES }}'), 'prose',
        'other'
    )
{%- endmacro %}

{% macro unlisted_deletion_role(field) -%}
multiIf(
        match({{ field }}, '{{ HARMLESS_NAMES }}'), '',
        {{ speaks_of(field, mark_words.DELETION_NAMES) }}, 'hint',
        match({{ field }}, '{{ WAY_NAMES }}'), '',
        match({{ field }}, '{{ CHANGE_NAMES }}'), 'gone d',
        match({{ field }}, '{{ VALUE_NAMES }}'), 'gone',
        match({{ field }}, '{{ PROSE_NAMES }}'), '',
        'gone'
    )
{%- endmacro %}
