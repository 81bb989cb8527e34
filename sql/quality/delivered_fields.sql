-- How many documents bring the fields on which features depend and that a document may lack, of all that could. A card
-- number is only due of members; a city or a group may come from the store or the product.
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
    countIf(has_time) AS delivered,
    count() AS documents
FROM mart.purchases
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
