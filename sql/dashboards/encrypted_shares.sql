-- Of the phones and e-mails that the documents of the MART have, the share in encrypted form, and the colour that says
-- whether all are; 1 where there is none.
SELECT
    concat(transform(kind, {kind_codes:Array(String)}, {kind_titles:Array(String)}, kind), ': ', field) AS name,
    if(filled = 0, 1, encrypted / filled) AS encrypted_share,
    if(encrypted = filled, 'green', 'red') AS color
FROM (
    SELECT
        'stores' AS kind,
        arrayJoin(['телефон', 'e-mail']) AS field,
        if(field = 'e-mail', count(manager_email), count(manager_phone)) AS filled,
        countIf(startsWith(if(field = 'e-mail', manager_email, manager_phone), 'enc:v1:')) AS encrypted
    FROM mart.stores
    GROUP BY field
    UNION ALL
    SELECT
        'customers' AS kind,
        arrayJoin(['телефон', 'e-mail']) AS field,
        if(field = 'e-mail', count(email), count(phone)) AS filled,
        countIf(startsWith(if(field = 'e-mail', email, phone), 'enc:v1:')) AS encrypted
    FROM mart.customers
    GROUP BY field
    UNION ALL
    SELECT
        'purchases' AS kind,
        arrayJoin(['телефон', 'e-mail']) AS field,
        if(field = 'e-mail', count(customer_email), count(customer_phone)) AS filled,
        countIf(startsWith(if(field = 'e-mail', customer_email, customer_phone), 'enc:v1:')) AS encrypted
    FROM mart.purchases
    GROUP BY field
) AS counted
ORDER BY name
