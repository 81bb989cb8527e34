-- How many documents bring the fields on which features depend and that a document may lack, of all that could. A card
-- number is only due of members; a city or a group may come from the store or the product. A midnight, of UTC,
-- SHOP_TIMEZONE or SHOP_SOURCE_TIMEZONE, is a day alone where more than a twentieth of the purchases have one; fewer
-- than ten purchases can have it by chance, but not all of them.
SELECT
    'purchases.payment_method' AS source,
    countIf(isNotNull(payment_method)) AS delivered,
    count() AS documents
FROM mart.purchases
UNION ALL
SELECT
    'purchases.is_delivery' AS source,
    countIf(isNotNull(is_delivery)) AS delivered,
    count() AS documents
FROM mart.purchases
UNION ALL
SELECT
    'purchases.store_city' AS source,
    countIf(isNotNull(store_city)) AS delivered,
    count() AS documents
FROM mart.purchases
UNION ALL
SELECT
    'purchases.purchase_datetime' AS source,
    multiIf(
        midnights = timed AND timed >= 3, 0,
        timed >= 10 AND midnights > timed / 20, timed - midnights,
        timed
    ) AS delivered,
    documents
FROM (
    SELECT
        countIf(has_time) AS timed,
        countIf(
            has_time
            AND toUnixTimestamp64Milli(purchase_datetime) % 900000 = 0
            AND (
                purchase_datetime = toStartOfDay(purchase_datetime)
                OR purchase_datetime = shop_moment(day, day)
                OR purchase_datetime = shop_moment(day, concat(day, ' 00:00:00'))
            )
        ) AS midnights,
        count() AS documents
    FROM (
        SELECT
            has_time,
            purchase_datetime,
            -- The nearest day of UTC: a midnight is less than twelve hours from it.
            toString(toDate(addHours(purchase_datetime, 12))) AS day
        FROM mart.purchases
    ) AS days
) AS purchase_times
UNION ALL
SELECT
    'purchase_items.product_group' AS source,
    countIf(product_group != 'unknown') AS delivered,
    count() AS documents
FROM mart.purchase_items
UNION ALL
SELECT
    'products.is_organic' AS source,
    countIf(isNotNull(is_organic)) AS delivered,
    count() AS documents
FROM mart.products
UNION ALL
SELECT
    'customers.is_loyalty_member' AS source,
    countIf(isNotNull(is_loyalty_member)) AS delivered,
    count() AS documents
FROM mart.customers
UNION ALL
SELECT
    'customers.loyalty_card_number' AS source,
    countIf(isNotNull(loyalty_card_number)) AS delivered,
    count() AS documents
FROM mart.customers
WHERE is_loyalty_member
