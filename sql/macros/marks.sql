{#
What marks a document or a line as deleted or as no sale (docs/no_sale.md): names of fields, with underscores at their beginning
alone, and words with underscores for blanks and hyphens; in lower case, with е for ё.
#}
{% set DELETION_FLAGS = [
    '__deleted', '_deleted', 'deleted', 'isdeleted', 'deletionmark', 'пометкаудаления', '_fivetrandeleted',
    'удален', 'удалено'
] %}
{% set DELETION_TIMES = [
    'deletedat', 'datedeleted', '_abcdcdeletedat', '_sdcdeletedat'
] %}
{% set CHANGE_FIELDS = [
    '__op', 'op', 'optype', '_changetype', 'changetype', '__operation', '__sourceop', 'headerchangeoper',
    'metadata$action', 'rowkind'
] %}
{% set CAPTURE_FIELDS = [
    '__$operation'
] %}
{% set NESTED_CHANGE_FIELDS = [
    '_meta.op'
] %}
{% set STATUS_FIELDS = [
    'status', 'orderstatus', 'state', 'receiptstatus', 'financialstatus', 'paymentstatus', 'статус',
    'состояние'
] %}
{% set TYPE_FIELDS = [
    'type', 'receipttype', 'documenttype', 'doctype', 'operation', 'operationtype', 'calculationsign', '1054',
    'тип', 'видоперации', 'признакрасчета', 'calculationtype', 'fiscaloperation', 'fiscaltype', 'receiptoperation',
    'operationtypecode', 'tag1054'
] %}
{% set NO_SALE_FLAGS = [
    'isreturn', 'isrefund', 'isreturned', 'returned', 'isrefunded', 'refunded', 'iscancelled', 'iscanceled',
    'cancelled', 'canceled', 'isvoid', 'isvoided', 'voided', 'void', 'storno', 'isstorno', 'сторно',
    'возврат', 'отменен', 'отмена', 'istest', 'test', 'отменена', 'отменено', 'возвращен', 'возвращено',
    'аннулирован', 'аннулировано'
] %}
{% set NO_SALE_TIMES = [
    'cancelledat', 'canceledat', 'refundedat', 'returnedat', 'voidedat'
] %}
{% set SALE_FLAGS = [
    'applicable', 'isapplicable', 'posted', 'isposted', 'проведен', 'paid', 'ispaid', 'оплачен', 'проведено',
    'оплачено', 'оплачена', 'payed', 'ispayed'
] %}
{% set NO_SALE_WORDS = [
    'cancelled', 'canceled', 'cancel', 'cancellation', 'annulled', 'void', 'voided', 'refunded', 'refund',
    'returned', 'return', 'payback', 'failed', 'trash', 'trashed', 'deleted', 'pending', 'pending_payment',
    'on_hold', 'draft', 'checkout_draft', 'auto_draft', 'unpaid', 'not_paid', 'rejected', 'declined', 'expired',
    'abandoned', 'storno', 'sell_return', 'sellreturn', 'sell_refund', 'income_return', 'incomereturn', 'outcome',
    'outcome_return', 'outcomereturn', 'buyback', 'buy_return', 'buyreturn', 'buy_refund', 'отменен', 'отменена',
    'отменено', 'отмена', 'аннулирован', 'аннулирована', 'аннулировано', 'возврат', 'возвращен', 'возвращено',
    'удален', 'удалено', 'сторно', 'сторнирован', 'не_оплачен', 'не_оплачено', 'неоплачен', 'черновик',
    'ожидает_оплаты', 'ожидание_оплаты', 'отклонен', 'возврат_прихода', 'расход', 'возврат_расхода',
    'возврат_от_покупателя'
] %}
{% set SALE_WORDS = [
    'completed', 'complete', 'paid', 'processing', 'done', 'delivered', 'fulfilled', 'shipped', 'success',
    'succeeded', 'ok', 'sale', 'sold', 'sell', 'active', 'finished', 'confirmed', 'approved', 'posted', 'income',
    'purchase', 'order', 'receipt', 'online', 'offline', 'retail', 'pos', 'продажа', 'приход', 'оплачен',
    'оплачено', 'оплачена', 'выполнен', 'выполнено', 'завершен', 'завершено', 'доставлен',
    'доставлено', 'отгружен', 'отгружено', 'пробит', 'проведен', 'проведено', 'выдан', 'чек'
] %}

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
- `gone`: of other kinds, a value may speak of a deletion.
` d` behind a role: the name speaks of changes, and D is a deletion.
#}
{# Behind удал: deleted; not remote, as удаленность, удаленный_заказ. #}
{% set DELETED = '(?:[ия]|ени|ен[оаы]?_|ен[оаы]?$)' %}
{% set DELETION_NAMES = 'delet|remov|trash|tombstone|discard|(?:^|_)del(?:_|$)|del_?fla?g|удал' ~ DELETED %}
{% set NO_SALE_NAMES = 'delet|remov|trash|tombstone|discard|(?:^|_)del(?:_|$)|del_?fla?g|cancel|refund|return|(?:^|[^a])void|storn|annul|revers(?:ed|al)|chargeback|reject|declin|(?:^|receipt_?|check_?|cheque_?|fiscal_?|is_?)correction|коррекц|отмен|возврат|возвращ|аннул|сторн|отказ|удал'
    ~ DELETED %}
{# SAP's deletions and cancellations, and the end of a row's validity in histories (dbt, dlt, Databricks). #}
{% set UNSURE_NAMES = [
    'loekz', 'lvorm', 'loevm', 'fksto', 'stokz', 'dbtvalidto', '_dltvalidto', 'dltvalidto', '__endat'
] %}
{# Not of a table, which may be called refunds. #}
{% set HARMLESS_NAMES = '(?:[^t]|[^_]t)able(?:_|$)|until|polic|deadline|period|terms?(?:_|$)|days|срок|allow|possib|eligib|window'
    ~ '|url|link|href|address|phone|mail|instruction|label|returning|return(?:ed)?_customer|point_of_return|услови|правил'
    ~ '|возможн|адрес|ссылк|телефон|тара|отказ_от|_до$|_enabled$|(?:^|_)(?:can|free)_|(?:^|_)rates?(?:_|$)' %}
{% set NO_SALE_FLAG_WORDS = [
    'deferred', 'suspended', 'training', 'demo', 'отложен', 'отложено', 'отложенный', 'тест', 'тестовый', 'учебный',
    'notpaid', 'onhold', 'fail', 'invalid'
] %}
{# Behind or before them `mode`, `order` or `receipt`, in a name; in the value of an environment or a mode. #}
{% set TEST_WORDS = [
    'test', 'testing', 'sandbox', 'training', 'demo', 'тест', 'тестовый', 'тестовая', 'тестовое', 'учебный', 'учебная',
    'учебное'
] %}
{% set FLAG_ENDS = '_(?:at|on|date|time|mode|order|receipt|sale|purchase|transaction|чек|режим|заказ|покупка|продажа)$' %}
{% set MODE_NAMES = '(?:^|_)(?:environment|env|mode|kind|режим|среда|вид)(?:_|$)' %}
{% set RECEIPT_CODES = '^(?:receipt|document|doc|fiscal_?document|чек_?|документ_?)(?:_?(?:code|код))$|^код_?(?:чека|документа)$' %}
{% set DONE_NAMES = [
    'active', 'isactive', 'enabled', 'isenabled', 'valid', 'isvalid', 'issale', 'completed', 'iscompleted', 'confirmed',
    'isconfirmed', 'approved', 'success', 'issuccess', 'livemode', 'islive', 'завершен', 'выполнен', 'действителен'
] %}
{# Which row of a table's history is the newest (Fivetran, ClickHouse, slowly changing dimensions); HVR writes 0 for a
deletion. #}
{% set NEWEST_FLAGS = [
    '_fivetranactive', 'iscurrent', '_iscurrent', 'islatest', 'iscurrentversion', 'islatestversion', 'currentflag',
    'sign', '_sign', 'hvrop'
] %}
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
{% set VALUE_NAMES = '(?:^|_)(?:table|collection|topic)(?:_|$)|status|state|kind|type|operation|event|action|статус|состояни|тип|вид|операци|событи|действи|транзакци' %}
{% set PROSE_NAMES = 'comment|note|descr|remark|message|text|title|name|address|review|feedback|question|reason|promo|coupon'
    ~ '|campaign|utm|url|link|slug|brand|product|token|hash|_id$|uuid|file|image|photo|коммент|примеч|опис|назван|наимен'
    ~ '|адрес|имя|фамил|фио|сообщ|отзыв|вопрос|причин|промо|купон|акци|ссылк|товар|бренд|производ|пожелан' %}

{#
What speaks of no sale in a value of a few words, and of a deletion; what is said at every till; and what denies it: без
возврата, not refunded, возврат невозможен, returns: 0.
#}
{% set EDGE = '(?:[^\\\\p{L}]|$)' %}
{% set NO_SALE_STEMS = '(?:^|[^\\\\p{L}])(?:(?:cancel(?:s|l?ed|lation)?|refund(?:s|ed)?|return(?:s|ed)?|void(?:ed)?|annul(?:l?ed)?'
    ~ '|storno|revers(?:ed|al)|chargeback|declined|rejected|failed|abandoned|expired|deleted?|pending|unpaid|trashed'
    ~ '|buyback|payback|corrections?|removed|удален[оаы]?|отказ[а]?|отказано)' ~ EDGE
    ~ '|отмен(?:[^н]|$)|возвра[тщ]|аннул|сторн|отклон|отлож|невыкуп|неоплач|черновик|коррекц'
    ~ '|(?:не|not)_(?:paid|deliver|complet|ship|accept|оплач|доставл|выкупл|принят|получ|забр|состоял|провед|выполн'
    ~ '|заверш))' %}
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
    'flag': DELETION_FLAGS,
    'time': DELETION_TIMES,
    'change': CHANGE_FIELDS,
    'capture': CAPTURE_FIELDS,
    'hint': UNSURE_NAMES,
    'done': NEWEST_FLAGS,
} %}
{% set SALE_ROLES = {
    'status': STATUS_FIELDS,
    'type': TYPE_FIELDS,
    'flag': NO_SALE_FLAGS + DELETION_FLAGS,
    'time': NO_SALE_TIMES + DELETION_TIMES,
    'sale': SALE_FLAGS,
    'change': CHANGE_FIELDS,
    'capture': CAPTURE_FIELDS,
    'hint': UNSURE_NAMES,
    'done': DONE_NAMES + NEWEST_FLAGS,
} %}
{% set LINE_ROLES = {
    'status': STATUS_FIELDS,
    'flag': NO_SALE_FLAGS + DELETION_FLAGS,
    'time': NO_SALE_TIMES + DELETION_TIMES,
    'change': CHANGE_FIELDS,
    'capture': CAPTURE_FIELDS,
    'hint': UNSURE_NAMES,
    'done': NEWEST_FLAGS,
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

{# The role of a field that is not listed, of a purchase or a line, and of other kinds. #}
{% macro unlisted_sale_role(field) -%}
multiIf(
        match({{ field }}, '{{ HARMLESS_NAMES }}'), 'prose',
        match({{ field }}, '{{ NO_SALE_NAMES }}'), 'hint',
        replaceRegexpOne(replaceRegexpOne({{ field }}, '^(?:is_?|date_)', ''), '{{ FLAG_ENDS }}', '')
        IN {{ words(NO_SALE_WORDS + NO_SALE_FLAG_WORDS + TEST_WORDS) }}, 'word',
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
        match({{ field }}, '{{ DELETION_NAMES }}'), 'hint',
        match({{ field }}, '{{ CHANGE_NAMES }}'), 'gone d',
        match({{ field }}, '{{ VALUE_NAMES }}'), 'gone',
        match({{ field }}, '{{ PROSE_NAMES }}'), '',
        'gone'
    )
{%- endmacro %}
