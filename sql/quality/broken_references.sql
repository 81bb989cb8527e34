-- References to something that MART does not show, and purchases earlier than their customer's registration; all of
-- them stay in MART. One row of counts.
{% from 'macros/broken_references.sql' import
    purchases_of_unknown_customers,
    purchases_in_unknown_stores,
    lines_of_unknown_products,
    customers_of_unknown_stores,
    purchases_before_registration
%}
SELECT
    (
        SELECT count()
        FROM {{ purchases_of_unknown_customers() | indent(8) }}
    ) AS purchases_of_unknown_customers,
    (
        SELECT count()
        FROM {{ purchases_in_unknown_stores() | indent(8) }}
    ) AS purchases_in_unknown_stores,
    (
        SELECT count()
        FROM {{ lines_of_unknown_products() | indent(8) }}
    ) AS lines_of_unknown_products,
    (
        SELECT count()
        FROM {{ customers_of_unknown_stores() | indent(8) }}
    ) AS customers_of_unknown_stores,
    (
        SELECT count()
        FROM {{ purchases_before_registration() | indent(8) }}
    ) AS purchases_before_registration
