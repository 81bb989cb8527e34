-- The moment of MART's newest purchase; no row without purchases.
SELECT max(purchase_datetime) AS newest
FROM mart.purchases
HAVING count() > 0
