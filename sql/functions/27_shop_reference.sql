-- The id of another document, in the form of all ids; NULL when it stands for nothing.   '" CUS-1 "' -> 'cus-1'
CREATE OR REPLACE FUNCTION shop_reference{{ on_cluster }} AS (json) -> shop_something(shop_clean(shop_scalar(json)))
