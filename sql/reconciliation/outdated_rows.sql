-- How many rows other rules than today's made of a slice of RAW.
-- For each kind
{% from 'macros/raw_slice.sql' import in_slice %}
SELECT count() AS row_count
FROM mart.{{ kind.singular }}_versions
WHERE
    {{ in_slice() | indent(4) }}
    AND cleaned_by != shop_rules()
