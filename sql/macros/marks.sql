{#
What marks a document or a line as deleted or as no sale (docs/documents.md, "What is no sale"): names of fields, with
underscores at their beginning alone, and words with underscores for blanks and hyphens; in lower case, with е for ё.
#}
{% set DELETION_FLAGS = [
    '__deleted', '_deleted', 'deleted', 'isdeleted', 'deletionmark', 'пометкаудаления', '_fivetrandeleted',
    'удален', 'удалено'
] %}
{% set DELETION_TIMES = [
    'deletedat', 'datedeleted', '_abcdcdeletedat', '_sdcdeletedat'
] %}
{% set CHANGE_FIELDS = [
    '__op', 'op', 'optype', '_changetype', '__operation'
] %}
{% set STATUS_FIELDS = [
    'status', 'orderstatus', 'state', 'receiptstatus', 'financialstatus', 'paymentstatus', 'статус',
    'состояние'
] %}
{% set TYPE_FIELDS = [
    'type', 'receipttype', 'documenttype', 'doctype', 'operation', 'operationtype', 'calculationsign', '1054',
    'тип', 'видоперации', 'признакрасчета'
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
    'оплачено', 'оплачена'
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
Other fields whose names speak of a deletion, a return or a cancellation: what they say is counted as unknown, because
nobody knows what a shop means by them. A purchase or line with a word of no sale in any other field is counted too.
#}
{% set DELETION_NAMES = 'delet|удал' %}
{% set NO_SALE_NAMES = 'delet|cancel|refund|return|void|storno|annul|удал|отмен|возврат|возвращ|аннул|сторн' %}

{% macro words(values) -%}
('{{ values | join("', '") }}')
{%- endmacro %}

{# What the fields may say, by their role in shop_mark: of any document, of a purchase, of a line. #}
{% set DELETION_ROLES = {'flag': DELETION_FLAGS, 'time': DELETION_TIMES, 'change': CHANGE_FIELDS} %}
{% set SALE_ROLES = {
    'status': STATUS_FIELDS,
    'type': TYPE_FIELDS,
    'flag': NO_SALE_FLAGS + DELETION_FLAGS,
    'time': NO_SALE_TIMES + DELETION_TIMES,
    'sale': SALE_FLAGS,
    'change': CHANGE_FIELDS,
} %}
{% set LINE_ROLES = {
    'status': STATUS_FIELDS,
    'flag': NO_SALE_FLAGS + DELETION_FLAGS,
    'time': NO_SALE_TIMES + DELETION_TIMES,
    'change': CHANGE_FIELDS,
} %}

{# The role of a field: of the listed ones by name, 'hint' by the words in it, and what any other field has. #}
{% macro role_of(field, roles, hints, other) -%}
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
    if(match({{ field }}, '{{ hints }}'), 'hint', '{{ other }}')
)
{%- endmacro %}
