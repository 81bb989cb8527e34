-- Whether a customer is a loyalty member, as MART has it: NULL where no document says it. For the features, which
-- features/customers reads, who is not known to be one is none.
SELECT is_loyalty_member
FROM mart.customers
WHERE customer_id = {customer:String}
