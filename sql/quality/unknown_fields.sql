-- The fields of the documents that the model does not have, and how many documents bring them: what a producer added or
-- renamed.
SELECT
    kind,
    field,
    documents
FROM (
    {% for kind in kinds %}
    SELECT
        '{{ kind.name }}' AS kind,
        CAST(unknown_field AS String) AS field,
        count() AS documents
    FROM mart.{{ kind.singular }}_versions FINAL
    ARRAY JOIN unknown_fields AS unknown_field
    GROUP BY field
    {% if not loop.last %}
    UNION ALL
    {% endif %}
    {% endfor %}
) AS fields
ORDER BY
    documents DESC,
    kind ASC,
    field ASC
LIMIT 100
