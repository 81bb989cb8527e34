-- How many products each group has, and their mean price.
SELECT
    transform(
        CAST(product_group AS String), {group_codes:Array(String)}, {group_titles:Array(String)}, product_group
    ) AS product_group_name,
    toInt64(count()) AS products,
    toFloat64(avg(price)) AS mean_price
FROM mart.products
GROUP BY product_group
ORDER BY
    products DESC,
    product_group_name ASC
