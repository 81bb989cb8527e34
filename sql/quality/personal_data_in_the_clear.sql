-- Phones and e-mails of MART that are not in their encrypted form, by table and column, in every version that lies
-- there; none when all is well. The values themselves are not told.
SELECT
    table_name,
    column_name,
    values_in_the_clear
FROM (
    SELECT
        'store_versions' AS table_name,
        'manager_phone' AS column_name,
        countIf(NOT startsWith(manager_phone, 'enc:v1:')) AS values_in_the_clear
    FROM mart.store_versions
    UNION ALL
    SELECT
        'store_versions' AS table_name,
        'manager_email' AS column_name,
        countIf(NOT startsWith(manager_email, 'enc:v1:')) AS values_in_the_clear
    FROM mart.store_versions
    UNION ALL
    SELECT
        'customer_versions' AS table_name,
        'phone' AS column_name,
        countIf(NOT startsWith(phone, 'enc:v1:')) AS values_in_the_clear
    FROM mart.customer_versions
    UNION ALL
    SELECT
        'customer_versions' AS table_name,
        'email' AS column_name,
        countIf(NOT startsWith(email, 'enc:v1:')) AS values_in_the_clear
    FROM mart.customer_versions
    UNION ALL
    SELECT
        'purchase_versions' AS table_name,
        'customer_phone' AS column_name,
        countIf(NOT startsWith(customer_phone, 'enc:v1:')) AS values_in_the_clear
    FROM mart.purchase_versions
    UNION ALL
    SELECT
        'purchase_versions' AS table_name,
        'customer_email' AS column_name,
        countIf(NOT startsWith(customer_email, 'enc:v1:')) AS values_in_the_clear
    FROM mart.purchase_versions
) AS personal_columns
WHERE values_in_the_clear > 0
ORDER BY
    table_name,
    column_name
