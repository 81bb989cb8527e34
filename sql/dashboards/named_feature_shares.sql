-- The share of customers who have each feature, by day of the matrix, in the order of the matrix and with Russian
-- titles.
-- Reads: quality/feature_shares
SELECT
    toDateTime(ds, {timezone:String}) AS day,
    indexOf({feature_codes:Array(String)}, feature) AS position,
    transform(feature, {feature_codes:Array(String)}, {feature_titles:Array(String)}, feature) AS feature_name,
    share
FROM feature_shares
ORDER BY
    day ASC,
    position ASC
