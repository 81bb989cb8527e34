-- New registrations of each week of the period; weeks begin on Monday.
SELECT
    toDateTime(toStartOfWeek(registration_date, 1, {timezone:String}), {timezone:String}) AS week,
    toInt64(count()) AS registrations
FROM mart.customers
WHERE
    registration_date >= {period_start:DateTime('UTC')}
    AND registration_date < {period_end:DateTime('UTC')}
GROUP BY week
ORDER BY week
