-- One customer, by id: what was bought, where and when. No name, address, phone, e-mail or birth date.
SELECT
    customers.customer_id AS customer_id,
    toDateTime(any(customers.registration_date)) AS registered_on,
    multiIf(
        isNull(any(customers.is_loyalty_member)), 'неизвестно',
        assumeNotNull(any(customers.is_loyalty_member)), 'да',
        'нет'
    ) AS loyalty_member,
    coalesce(any(customers.purchase_location_store_id), '') AS home_store,
    toInt64(countIf(purchases.purchase_id != '')) AS purchases,
    toFloat64(sum(purchases.total_amount)) AS spent,
    if(
        countIf(purchases.purchase_id != '') = 0,
        null,
        toDateTime(max(purchases.purchase_datetime))
    ) AS latest_purchase
FROM mart.customers AS customers
LEFT JOIN mart.purchases AS purchases ON customers.customer_id = purchases.customer_id
WHERE customers.customer_id = {customer:String}
GROUP BY customer_id
