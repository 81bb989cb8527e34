-- Cleans each message of raw.customers when it arrives: one row in mart.customer_versions per message, with the
-- reasons if the document is rejected, the values that could not be read, and why it does not count if it does not. No
-- expression may throw, whatever the payload: the message would be in RAW only. The fields are in macros/fields.
-- The linter would break the lines of the stages otherwise, takes a star in a stage for columns that are not known, and
-- some names for keywords:
-- noqa: disable=LT01,LT02,LT05,CP01,AL03,AM04
{% import 'macros/reading.sql' as reading %}
{% set field_faults -%}
    shop_id_fault('customer_id', message_key, object_['customer_id']),
    {{ reading.fault_of('customers', 'registration_date') }},
    shop_future('registration_date', known_registration_date, shop_latest_moment(ingested_at)),
    shop_future('birth_date', known_birth_date, toDate(shop_latest_moment(ingested_at)))
{%- endset %}
{% set findings -%}
{{ reading.excluding_mark() }} AS excluded_as,
arrayConcat(
    {{ reading.unknown_marks() | indent(4) }},
    {{ reading.respelled_fields('customers', 'customer_id') | indent(4) }},
    {{ reading.wrapped_objects('customers') | indent(4) }},
    {{ reading.unread_fields('customers') | indent(4) }}
) AS unread_found,
{{ reading.faults(field_faults) }}
{%- endset %}
CREATE MATERIALIZED VIEW IF NOT EXISTS mart.customers_cleaning{{ on_cluster }} TO mart.customer_versions AS
SELECT
    coalesce(message_key, '') AS id,
    {{ reading.columns('customers') | indent(4) }}
    {{ reading.version_columns('customers') | indent(4) }}
FROM {{ reading.staged('raw.customers', [
    reading.read_objects('customers'),
    reading.read_json('customers', ('customer_id',)),
    reading.read_texts('customers'),
    reading.read_names(),
    reading.read_words('shop_deletion_role'),
    reading.read_written('customers'),
    reading.read_days('customers'),
    reading.read_iso('customers'),
    reading.read_values('customers'),
    findings,
]) }}
