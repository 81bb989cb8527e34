-- The ciphertexts of a customer's phone and e-mail in MART.
SELECT
    customer_id,
    phone,
    email
FROM mart.customers
WHERE customer_id = shop_clean({id:String})
