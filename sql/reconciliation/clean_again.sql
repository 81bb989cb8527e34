-- Inserts what a slice of RAW gives by today's rules.
-- For each kind
-- Variables: columns, those of the table of versions; cleaning, the SELECT of the view mart.<kind>_cleaning.
{% from 'macros/raw_slice.sql' import in_slice %}
INSERT INTO mart.{{ kind.singular }}_versions ({{ columns | join(', ') }})
SELECT {{ columns | join(', ') }}
FROM (
    {{ cleaning | indent(4) }}
) AS cleaned
WHERE
    {{ in_slice() | indent(4) }}
