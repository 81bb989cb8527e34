-- The share of customers who have each of the 30 features, by day of the matrix, in the order of the matrix.
-- Reads: dashboards/feature_values
SELECT
    toDateTime(ds, 'UTC') AS day,
    feature.1 AS position,
    transform(feature.1, range(1, 31), {feature_words:Array(String)}, '') AS feature_name,
    feature.2 / customers AS share
FROM (
    SELECT
        ds,
        count() AS customers,
        arrayJoin(arrayZip(range(1, 31), sumForEach(feature_values))) AS feature
    FROM feature_values
    WHERE
        ds >= toDate({period_start:DateTime('UTC')}, {timezone:String})
        AND ds < toDate({period_end:DateTime('UTC')}, {timezone:String})
    GROUP BY ds
) AS days
ORDER BY
    day ASC,
    position ASC
