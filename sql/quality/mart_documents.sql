-- How many documents of each kind MART shows, and how many it rejected.
SELECT
    kind,
    sum(shown) AS documents,
    sum(rejected_count) AS rejected
FROM (
    {% for kind in kinds %}
    SELECT
        '{{ kind.name }}' AS kind,
        count() AS shown,
        0 AS rejected_count
    FROM mart.{{ kind.name }}
    UNION ALL
    {% endfor %}
    SELECT
        kind,
        0 AS shown,
        count() AS rejected_count
    FROM mart.open_rejects
    GROUP BY kind
) AS kinds
GROUP BY kind
ORDER BY kind
