-- What is published of a customer for a day: all columns, whichever features are defined.
SELECT *  -- noqa: AM04
FROM mart.customer_features
WHERE ds = {ds:Date} AND customer_id = {customer:String}
