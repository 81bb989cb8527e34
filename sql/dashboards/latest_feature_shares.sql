-- The share of customers who have each feature on the latest day of the period, the most frequent first.
-- Reads: dashboards/named_feature_shares
SELECT
    feature_name,
    share,
    day
FROM (
    SELECT
        feature_name,
        share,
        day,
        position,
        day = max(day) OVER () AS is_newest
    FROM named_feature_shares
) AS days
WHERE is_newest
ORDER BY
    share DESC,
    position ASC
