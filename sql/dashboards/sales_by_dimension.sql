-- Revenue and purchases of the period by city, network, payment or delivery.
-- Reads: dashboards/filtered_purchases
SELECT
    multiIf(
        {dimension:String} = 'city', city,
        {dimension:String} = 'network', network,
        {dimension:String} = 'payment', transform(
            coalesce(payment_method, ''),
            ['card', 'cash', 'sbp', 'certificate', 'bonus', 'transfer', 'other', ''],
            ['картой', 'наличными', 'СБП', 'сертификатом', 'бонусами', 'переводом', 'иначе', 'не указано'],
            payment_method
        ),
        multiIf(isNull(is_delivery), 'не указано', is_delivery, 'с доставкой', 'в магазине')
    ) AS name,
    toFloat64(sum(amount)) AS revenue,
    toInt64(count()) AS purchases
FROM filtered_purchases
GROUP BY name
ORDER BY
    revenue DESC,
    name ASC
