{#
What marks a document or a line as deleted or as no sale (docs/documents.md, "What is no sale"): names of fields and
words, in lower case, with underscores for blanks and hyphens and е for ё.
#}
{% set DELETION_FLAGS = [
    '__deleted', '_deleted', 'deleted', 'is_deleted', 'isdeleted', 'deletionmark', 'deletion_mark',
    'пометкаудаления', 'пометка_удаления', '_fivetran_deleted'
] %}
{% set DELETION_TIMES = [
    'deleted_at', 'deletedat', 'date_deleted', '_ab_cdc_deleted_at', '_sdc_deleted_at'
] %}
{% set CHANGE_FIELDS = [
    '__op', 'op', 'op_type', '_change_type', '__operation'
] %}
{% set STATUS_FIELDS = [
    'status', 'order_status', 'orderstatus', 'state', 'receipt_status', 'financial_status', 'payment_status',
    'статус', 'состояние'
] %}
{% set TYPE_FIELDS = [
    'type', 'receipt_type', 'receipttype', 'document_type', 'documenttype', 'doc_type', 'operation',
    'operation_type', 'operationtype', 'calculation_sign', 'calculationsign', '1054', 'тип', 'вид_операции',
    'видоперации', 'признак_расчета', 'признакрасчета'
] %}
{% set NO_SALE_FLAGS = [
    'is_return', 'isreturn', 'is_refund', 'isrefund', 'is_returned', 'returned', 'is_refunded', 'refunded',
    'is_cancelled', 'is_canceled', 'iscancelled', 'iscanceled', 'cancelled', 'canceled', 'is_void', 'is_voided',
    'isvoid', 'voided', 'void', 'storno', 'is_storno', 'сторно', 'возврат', 'отменен', 'отмена', 'is_test', 'test'
] %}
{% set NO_SALE_TIMES = [
    'cancelled_at', 'canceled_at', 'cancelledat', 'canceledat', 'refunded_at', 'returned_at', 'voided_at'
] %}
{% set SALE_FLAGS = [
    'applicable', 'is_applicable', 'posted', 'is_posted', 'isposted', 'проведен', 'paid', 'is_paid', 'ispaid',
    'оплачен'
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

{% macro role_of(field, roles) -%}
{% set names, values = [], [] -%}
{% for role in roles -%}
{% for name in roles[role] -%}
{% set _ = names.append(name) -%}
{% set _ = values.append(role) -%}
{% endfor -%}
{% endfor -%}
transform({{ field }}, ['{{ names | join("', '") }}'], ['{{ values | join("', '") }}'], '')
{%- endmacro %}
