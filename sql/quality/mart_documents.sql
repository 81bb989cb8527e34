-- How many documents of each kind the MART shows, and how many it keeps back as rejected.
SELECT
    kind,
    sum(shown) AS documents,
    sum(rejected_count) AS rejected
FROM (
    SELECT
        'stores' AS kind,
        count() AS shown,
        0 AS rejected_count
    FROM mart.stores
    UNION ALL
    SELECT
        'products' AS kind,
        count() AS shown,
        0 AS rejected_count
    FROM mart.products
    UNION ALL
    SELECT
        'customers' AS kind,
        count() AS shown,
        0 AS rejected_count
    FROM mart.customers
    UNION ALL
    SELECT
        'purchases' AS kind,
        count() AS shown,
        0 AS rejected_count
    FROM mart.purchases
    UNION ALL
    SELECT
        kind,
        0 AS shown,
        count() AS rejected_count
    FROM mart.open_rejects
    GROUP BY kind
) AS kinds
GROUP BY kind
ORDER BY kind
