-- The features of one customer, by id, on the newest day that has them: 1 first, in the order of the matrix. A feature
-- that was defined after that day was published has no value.
-- Reads: dashboards/feature_values
SELECT
    arrayElement({feature_titles:Array(String)}, feature.1) AS feature_name,
    toInt64(feature.2) AS value
FROM (
    SELECT
        ds = max(ds) OVER () AS is_newest,
        arrayJoin(arrayZip(arrayEnumerate(feature_values), feature_values)) AS feature
    FROM feature_values
    WHERE customer_id = {customer:String}
) AS days
WHERE is_newest
ORDER BY
    value DESC NULLS LAST,
    feature.1 ASC
