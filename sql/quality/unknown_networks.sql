-- The networks of stores that are none of the two, and how many stores have each: another chain, or a
-- misspelling.
SELECT
    store_network,
    count() AS stores
FROM mart.stores
WHERE store_network NOT IN ('большая пикча', 'маленькая пикча')
GROUP BY store_network
ORDER BY
    stores DESC,
    store_network ASC
LIMIT 100
