-- How many rows a view of MART has, and how many of them have something in each of some columns.
-- Variables: view, of MART; columns, the names.
SELECT
    count() AS row_count,
    {% for column in columns %}
    countIf(
        isNotNull({{ column }}) AND toString(assumeNotNull({{ column }})) NOT IN ('', 'unknown')
    ) AS filled_{{ column }}{{ '' if loop.last else ',' }}
    {% endfor %}
FROM mart.{{ view }}
