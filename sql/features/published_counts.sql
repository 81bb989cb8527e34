-- What the warehouse has of a day: rows, customers, rows of another publication, and of each feature how many rows have
-- a value and how many a 1.
-- Variables: features, their names.
SELECT
    count() AS row_count,
    uniqExact(customer_id) AS customers,
    countIf(publication_id != {publication:String}) AS other_rows,
    {% for feature in features %}
    count({{ feature }}) AS known_{{ feature }},
    countIf({{ feature }} = 1) AS ones_{{ feature }}{{ '' if loop.last else ',' }}
    {% endfor %}
FROM mart.customer_features
WHERE ds = {ds:Date}
