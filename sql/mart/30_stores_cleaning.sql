-- Cleans each message of raw.stores when it arrives: one row in mart.store_versions per message, with the
-- reasons if the document is rejected, the values that could not be read, and why it does not count if it does not. No
-- expression may throw, whatever the payload: the message would be in RAW only. The fields are in macros/fields.
-- The linter would break the lines of the stages otherwise, takes a star in a stage for columns that are not known, and
-- some names for keywords:
-- noqa: disable=LT01,LT02,LT05,CP01,AL03,AM04
{% import 'macros/reading.sql' as reading %}
{% set field_faults -%}
    shop_id_fault('store_id', message_key, object_['store_id']),
    {{ reading.fault_of('stores', 'store_name') }},
    {{ reading.fault_of('stores', 'store_network') }}
{%- endset %}
{% set findings -%}
{{ reading.excluding_mark() }} AS excluded_as,
arrayConcat(
    {{ reading.unknown_marks() | indent(4) }},
    {{ reading.respelled_fields('stores', 'store_id') | indent(4) }},
    {{ reading.wrapped_objects('stores') | indent(4) }},
    {{ reading.unread_fields('stores') | indent(4) }},
    multiIf(
        startsWith(object_['categories'], '['),
        arrayMap(
            json -> ('categories', 'text', json, CAST(NULL AS Nullable(String))),
            arrayFilter(json -> shop_is_container(json), JSONExtractArrayRaw(object_['categories']))
        ),
        isNotNull({{ reading.written_of('stores', 'categories') }}),
        [('categories', 'labels', object_['categories'], CAST('' AS Nullable(String)))],
        shop_is_container(object_['categories']),
        [('categories', 'labels', object_['categories'], CAST('' AS Nullable(String)))],
        []
    )
) AS unread_found,
{{ reading.faults(field_faults) }}
{%- endset %}
CREATE MATERIALIZED VIEW IF NOT EXISTS mart.stores_cleaning{{ on_cluster }} TO mart.store_versions AS
SELECT
    coalesce(message_key, '') AS id,
    {{ reading.columns('stores') | indent(4) }}
    arrayFilter(
        label -> label != '',
        arrayMap(json -> coalesce(shop_text(json), ''), JSONExtractArrayRaw(object_['categories']))
    ) AS categories,
    {{ reading.version_columns('stores') | indent(4) }}
FROM {{ reading.staged('raw.stores', [
    reading.read_objects('stores'),
    reading.read_json('stores', ('store_id',)),
    reading.read_texts('stores'),
    reading.read_names(),
    reading.read_words('shop_deletion_role'),
    reading.read_written('stores'),
    reading.read_days('stores'),
    reading.read_iso('stores'),
    reading.read_values('stores'),
    findings,
]) }}
