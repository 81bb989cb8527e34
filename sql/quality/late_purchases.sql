-- Purchases that arrived in RAW after the features of their day were published, for the last 14 published days: their
-- reports do not include them. Days are those of the business time zone; publishing a day again removes its row. A
-- purchase arrived with the first message of its id, even if that was removed as a duplicate. Removals recorded without
-- a time (before sql/raw/23) leave the first remaining message.
WITH
published AS (
    SELECT
        ds,
        max(published_at) AS published_at
    FROM mart.customer_features
    WHERE ds > (SELECT max(newest.ds) FROM mart.customer_features AS newest) - 14
    GROUP BY ds
),

bought AS (
    SELECT
        purchase_id,
        toDate(purchase_datetime, {timezone:String}) AS day
    FROM mart.purchases
    WHERE day IN (SELECT published.ds FROM published)
),

messages AS (
    SELECT
        shop_clean(id) AS purchase_id,
        ingested_at
    FROM raw.purchases
    UNION ALL
    SELECT
        shop_clean(id) AS purchase_id,
        ingested_at
    FROM raw.removed_copies
    WHERE kind = 'purchases'
),

arrivals AS (
    SELECT
        purchase_id,
        min(ingested_at) AS arrived_at
    FROM messages
    WHERE purchase_id IN (SELECT bought.purchase_id FROM bought)
    GROUP BY purchase_id
)

SELECT
    published.ds AS ds,
    count() AS late_purchases,
    max(arrivals.arrived_at) AS last_arrived_at
FROM bought
INNER JOIN published ON bought.day = published.ds
INNER JOIN arrivals ON bought.purchase_id = arrivals.purchase_id
WHERE arrivals.arrived_at > published.published_at
GROUP BY published.ds
ORDER BY ds
