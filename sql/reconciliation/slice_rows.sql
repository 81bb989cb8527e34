-- How many rows a slice of RAW has.
-- For each kind
{% from 'macros/raw_slice.sql' import in_slice %}
SELECT count() AS row_count
FROM raw.{{ kind.name }}
WHERE
    {{ in_slice() | indent(4) }}
