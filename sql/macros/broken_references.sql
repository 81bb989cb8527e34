{# What refers to something that MART does not show, and purchases earlier than their customer's registration: what
   follows FROM, for the counts and for the examples. The pseudonyms of erased customers refer to nobody. #}
{% macro purchases_of_unknown_customers() -%}
mart.purchases
WHERE
    customer_id NOT IN (SELECT customers.customer_id FROM mart.customers AS customers)
    AND NOT startsWith(customer_id, 'erased-')
{%- endmacro %}
{% macro purchases_in_unknown_stores() -%}
mart.purchases
WHERE store_id NOT IN (SELECT stores.store_id FROM mart.stores AS stores)
{%- endmacro %}
{% macro lines_of_unknown_products() -%}
mart.purchase_items
WHERE coalesce(product_id, '') NOT IN (SELECT products.product_id FROM mart.products AS products)
{%- endmacro %}
{% macro customers_of_unknown_stores() -%}
mart.customers
WHERE
    isNotNull(purchase_location_store_id)
    AND assumeNotNull(purchase_location_store_id) NOT IN (SELECT stores.store_id FROM mart.stores AS stores)
{%- endmacro %}
{% macro purchases_before_registration() -%}
mart.purchases AS purchases
INNER JOIN mart.customers AS customers ON purchases.customer_id = customers.customer_id
WHERE
    purchases.purchase_datetime < customers.registration_date
    -- A day alone is not before a moment of that day, which begins where the purchase does.
    AND (purchases.has_time OR customers.registration_date >= addDays(purchases.purchase_datetime, 1))
{%- endmacro %}
