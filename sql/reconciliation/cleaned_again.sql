-- What a slice of RAW gives by today's rules.
-- For each kind
-- Variables: columns, the columns to give; cleaning, the SELECT of the view mart.<kind>_cleaning.
{% from 'macros/raw_slice.sql' import in_slice %}
SELECT {{ columns }}
FROM (
    {{ cleaning | indent(4) }}
) AS cleaned
WHERE
    {{ in_slice() | indent(4) }}
