-- Cleans each message of raw.products when it arrives: one row in mart.product_versions per message, with the
-- reasons if the document is rejected, the values that could not be read, and why it does not count if it does not. No
-- expression may throw, whatever the payload: the message would be in RAW only. The fields are in macros/fields.
-- The linter would move the expressions of WITH to the margin, takes a star in a stage for columns that are not known,
-- and some names for keywords:
-- noqa: disable=LT01,LT02,LT05,CP01,AL03,AM04
{% import 'macros/reading.sql' as reading %}
{% set field_faults -%}
    shop_id_fault('id', message_key, object_['id']),
    {{ reading.fault_of('products', 'name') }},
    {{ reading.fault_of('products', 'group_label') }},
    {{ reading.fault_of('products', 'price') }},
    shop_negative('price', {{ reading.written_of('products', 'price') }})
{%- endset %}
{% set excluded -%}
arrayFirst(mark -> mark.3 = 'out', marks).4 AS excluded_as
{%- endset %}
CREATE MATERIALIZED VIEW IF NOT EXISTS mart.products_cleaning{{ on_cluster }} TO mart.product_versions AS
WITH
    arrayConcat(
        arrayMap(
            mark -> (mark.1, 'status', mark.2, CAST('' AS Nullable(String))),
            arrayFilter(mark -> mark.3 = 'unknown', marks)
        ),
        {{ reading.respelled_fields('products') | indent(8) }},
        {{ reading.other_currencies() | indent(8) }},
        {{ reading.wrapped_objects('products') | indent(8) }},
        {{ reading.unread_fields('products') | indent(8) }}
    ) AS unread_found,
    {{ reading.faults(field_faults) | indent(4) }}
SELECT
    coalesce(message_key, '') AS id,
    {{ reading.columns('products') | indent(4) }}
    shop_product_group(known_group_label) AS product_group,
    {{ reading.version_columns('products') | indent(4) }}
FROM {{ reading.staged('raw.products', [
    reading.read_objects('products'),
    reading.read_json('products', ('id',)),
    reading.read_texts('products'),
    reading.read_names(),
    reading.read_words('shop_deletion_role'),
    reading.read_written('products'),
    reading.read_days('products'),
    reading.read_iso('products'),
    reading.read_values('products'),
] + [excluded]) }}
