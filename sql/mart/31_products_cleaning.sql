-- Cleans each message of raw.products when it arrives: one row in mart.product_versions per message, with the
-- reasons if the document is rejected, the values that could not be read, and why it does not count if it does not. No
-- expression may throw, whatever the payload: the message would be in RAW only. The fields are in macros/fields.
-- The linter would break the lines of the stages otherwise, takes a star in a stage for columns that are not known, and
-- some names for keywords:
-- noqa: disable=LT01,LT02,LT05,CP01,AL03,AM04
{% import 'macros/reading.sql' as reading %}
{% set field_faults -%}
    shop_id_fault('id', message_key, object_['id']),
    {{ reading.fault_of('products', 'name') }},
    {{ reading.fault_of('products', 'group_label') }},
    {{ reading.fault_of('products', 'price') }},
    shop_negative('price', {{ reading.written_of('products', 'price') }})
{%- endset %}
{% set findings -%}
{{ reading.excluding_mark() }} AS excluded_as,
arrayConcat(
    {{ reading.unknown_marks() | indent(4) }},
    {{ reading.respelled_fields('products', 'id') | indent(4) }},
    {{ reading.other_currencies() | indent(4) }},
    {{ reading.wrapped_objects('products') | indent(4) }},
    {{ reading.unread_fields('products') | indent(4) }}
) AS unread_found,
{{ reading.faults(field_faults) }}
{%- endset %}
CREATE MATERIALIZED VIEW IF NOT EXISTS mart.products_cleaning{{ on_cluster }} TO mart.product_versions AS
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
    findings,
]) }}
