-- The features of one customer, by id, on the newest day that has them: 1 first, in the order of the matrix.
-- Reads: dashboards/feature_values
SELECT
    transform(feature.1, range(1, 31), {feature_titles:Array(String)}, '') AS feature_name,
    toInt64(feature.2) AS value
FROM (
    SELECT
        ds = max(ds) OVER () AS is_newest,
        arrayJoin(arrayZip(range(1, 31), feature_values)) AS feature
    FROM feature_values
    WHERE customer_id = {customer:String}
) AS days
WHERE is_newest
ORDER BY
    value DESC,
    feature.1 ASC
