-- Cleans each message of raw.purchases when it arrives: one row in mart.purchase_versions per message, with the
-- reasons if the document is rejected, the values that could not be read, and why it does not count if it does not. No
-- expression may throw, whatever the payload: the message would be in RAW only. The fields are in macros/fields.
-- The linter would break the lines of the stages otherwise, takes a star in a stage for columns that are not known, and
-- some names for keywords:
-- noqa: disable=LT01,LT02,LT05,CP01,AL03,AM04
{% import 'macros/reading.sql' as reading %}
{% import 'macros/lines.sql' as lines %}
{% import 'macros/netting.sql' as netting %}
{% set field_faults -%}
    shop_id_fault('purchase_id', message_key, object_['purchase_id']),
    {{ reading.fault_of('purchases', 'customer_id') }},
    {{ reading.fault_of('purchases', 'store_id') }},
    {{ reading.fault_of('purchases', 'total_amount') }},
    shop_negative('total_amount', {{ reading.written_of('purchases', 'total_amount') }}),
    {{ reading.fault_of('purchases', 'purchase_datetime') }},
    shop_future('purchase_datetime', known_purchase_datetime, shop_latest_moment(ingested_at)),
    if(empty(given_lines), 'items: no line', '')
{%- endset %}
{% set findings -%}
arrayFirst(
    reason -> reason != '',
    [
        {{ reading.excluding_mark() }},
        if(known_total_amount > 0, '', ['', 'items: every line voided'][1 + notEmpty(given_lines) * empty(bought_lines)])
    ]
) AS excluded_as,
arrayConcat(
    {{ reading.unknown_marks() | indent(4) }},
    {{ reading.respelled_fields('purchases', 'purchase_id', ('items',)) | indent(4) }},
    {{ reading.other_currencies() | indent(4) }},
    {{ reading.wrapped_objects('purchases') | indent(4) }},
    {{ reading.unread_fields('purchases') | indent(4) }},
    {{ lines.unread_lines() | indent(4) }},
    arrayFilter(
        finding -> multiIf(
            isNotNull(known_is_delivery), 0,
            isNotNull({{ reading.written_of('purchases', 'is_delivery') }}), 0,
            shop_is_container({{ reading.json_of('purchases', 'is_delivery') }}), 0,
            {% for column in ('city', 'street', 'house', 'apartment', 'postal_code') -%}
            isNotNull({{ reading.written_of('purchases', 'delivery_' ~ column) }}), 1,
            {% endfor -%}
            0
        ),
        [('is_delivery', 'address', 'null', CAST('' AS Nullable(String)))]
    ),
    arrayFilter(
        finding -> multiIf(empty(given_lines), 0, notEmpty(bought_lines), 0, coalesce(known_total_amount > 0, 0)),
        [('items', 'voided', 'null', CAST('' AS Nullable(String)))]
    ),
    arrayMap(line -> ('items[].product_id', 'unmatched', 'null', CAST('' AS Nullable(String))), if(empty(bought_lines), [], unmatched_lines))
) AS unread_found,
{{ reading.faults(field_faults) }}
{%- endset %}
CREATE MATERIALIZED VIEW IF NOT EXISTS mart.purchases_cleaning{{ on_cluster }} TO mart.purchase_versions AS
SELECT
    coalesce(message_key, '') AS id,
    {{ reading.columns('purchases') | indent(4) }}
    bought_lines AS items,
    toUInt32(length(given_lines) - length(bought_lines)) AS voided_lines,
    length(purchase_datetime_iso) != 10 AS purchase_has_time,
    {{ reading.version_columns('purchases') | indent(4) }}
FROM {{ reading.staged('raw.purchases', [
    reading.read_objects('purchases'),
    [reading.read_json('purchases', ('purchase_id', 'items')), lines.read_given()] | join(',\n'),
    [reading.read_texts('purchases'), lines.read_objects()] | join(',\n'),
    [reading.read_names(), lines.read_json()] | join(',\n'),
    [reading.read_words('shop_sale_role'), lines.read_texts()] | join(',\n'),
    [reading.read_written('purchases'), lines.read_names()] | join(',\n'),
    [reading.read_days('purchases'), lines.read_words()] | join(',\n'),
    [reading.read_iso('purchases'), lines.read_values()] | join(',\n'),
    [reading.read_values('purchases'), lines.leave_out_marked()] | join(',\n'),
] + netting.STAGES + [findings]) }}
