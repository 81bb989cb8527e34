-- The first three ids of each of the counts of quality/broken_references, each once: of the purchase or the customer
-- that refers to nothing, for a line of its purchase. Only lines have an id more than once; three ids are kept of each
-- count, however many there are.
{% from 'macros/broken_references.sql' import
    purchases_of_unknown_customers,
    purchases_in_unknown_stores,
    lines_of_unknown_products,
    customers_of_unknown_stores,
    purchases_before_registration
%}
SELECT
    reference,
    id
FROM (
    SELECT
        'purchases_of_unknown_customers' AS reference,
        purchase_id AS id
    FROM {{ purchases_of_unknown_customers() | indent(4) }}
    ORDER BY id
    LIMIT 3
    UNION ALL
    SELECT
        'purchases_in_unknown_stores' AS reference,
        purchase_id AS id
    FROM {{ purchases_in_unknown_stores() | indent(4) }}
    ORDER BY id
    LIMIT 3
    UNION ALL
    SELECT
        'lines_of_unknown_products' AS reference,
        purchase_id AS id
    FROM {{ lines_of_unknown_products() | indent(4) }}
    GROUP BY purchase_id
    ORDER BY id
    LIMIT 3
    UNION ALL
    SELECT
        'customers_of_unknown_stores' AS reference,
        customer_id AS id
    FROM {{ customers_of_unknown_stores() | indent(4) }}
    ORDER BY id
    LIMIT 3
    UNION ALL
    SELECT
        'purchases_before_registration' AS reference,
        purchases.purchase_id AS id
    FROM {{ purchases_before_registration() | indent(4) }}
    ORDER BY id
    LIMIT 3
) AS found
ORDER BY
    reference,
    id
