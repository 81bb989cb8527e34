-- The documents that bring a field beside the model, by that field: how many of them bring the fields on which features
-- depend. A part of a delivery that names payment otherwise brings none, however many documents of others do.
SELECT
    source,
    form,
    delivered,
    documents
FROM (
    {% for source, column in [
        ('purchase', 'payment_method'),
        ('purchase', 'is_delivery'),
        ('product', 'is_organic'),
        ('customer', 'is_loyalty_member'),
    ] %}
    SELECT
        '{{ source }}s.{{ column }}' AS source,
        CAST(unknown_field AS String) AS form,
        countIf(isNotNull({{ column }})) AS delivered,
        count() AS documents
    FROM mart.{{ source }}_versions FINAL
    ARRAY JOIN unknown_fields AS unknown_field
    GROUP BY form
    {% if not loop.last %}
    UNION ALL
    {% endif %}
    {% endfor %}
) AS forms
ORDER BY
    source ASC,
    documents DESC,
    form ASC
