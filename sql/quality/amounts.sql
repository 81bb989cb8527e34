-- Amounts that can be held against each other: a receipt's total and the sum of its lines, a line's total and its
-- quantity times its price, a line's price and its product's, and, of receipts whose lines have no prices, the total
-- and the products' prices. How many pairs there are, how many do not agree, one id, and the factor if most of those
-- have the same power of ten between them. Discounts and rounding make an amount smaller, to three tenths at most, or
-- larger by a twentieth and a rouble; a line's price may be a fifth to five times that of the product's document, which
-- is of another day.
-- noqa: disable=LT05
SELECT
    what,
    sum(of_power) AS pairs,
    sum(wrong_pairs) AS wrong,
    anyIf(wrong_id, wrong_pairs > 0) AS example_id,
    argMax(power, wrong_pairs) AS usual_power,
    if(usual_power != 0 AND max(wrong_pairs) >= 0.8 * sum(wrong_pairs), usual_power, 0) AS power_of_ten
FROM (
    SELECT
        what,
        power,
        count() AS of_power,
        countIf(is_wrong) AS wrong_pairs,
        anyIf(id, is_wrong) AS wrong_id
    FROM (
        SELECT
            what,
            id,
            multiIf(
                what IN ('price of a line and of its product', 'total of a receipt and of its products'),
                given > 5 * expected OR given < expected / 5,
                given > 1.05 * expected + 1 OR given < 0.3 * expected - 1
            ) AS is_wrong,
            round(log10(given / expected)) AS nearest_power,
            if(
                given > 0 AND expected > 0 AND abs(log10(given / expected) - nearest_power) < 0.02,
                toInt8(nearest_power),
                0
            ) AS power
        FROM (
            SELECT
                'total of a receipt and of its lines' AS what,
                id,
                toFloat64(total_amount) AS given,
                arraySum(
                    line -> toFloat64(coalesce(line.total_price, 0)), items
                ) AS of_totals,
                arraySum(
                    line -> toFloat64(coalesce(line.quantity, 0)) * toFloat64(coalesce(line.price_per_unit, 0)), items
                ) AS of_prices,
                if(arrayAll(line -> isNotNull(line.total_price), items), of_totals, of_prices) AS expected
            FROM mart.purchase_versions FINAL
            WHERE
                voided_lines = 0
                AND arrayAll(
                    line -> isNotNull(line.total_price)
                    OR (isNotNull(line.quantity) AND isNotNull(line.price_per_unit)),
                    items
                )
            UNION ALL
            SELECT
                'total of a line and its quantity times its price' AS what,
                purchase_id AS id,
                toFloat64(assumeNotNull(total_price)) AS given,
                0 AS of_totals,
                0 AS of_prices,
                toFloat64(assumeNotNull(quantity)) * toFloat64(assumeNotNull(price_per_unit)) AS expected
            FROM mart.purchase_items
            WHERE isNotNull(total_price) AND isNotNull(quantity) AND isNotNull(price_per_unit)
            UNION ALL
            SELECT
                'price of a line and of its product' AS what,
                lines.purchase_id AS id,
                toFloat64(assumeNotNull(lines.price_per_unit)) AS given,
                0 AS of_totals,
                0 AS of_prices,
                toFloat64(products.price) AS expected
            FROM mart.purchase_items AS lines
            INNER JOIN mart.products AS products ON lines.product_id = products.product_id
            WHERE isNotNull(lines.price_per_unit) AND products.price > 0
            UNION ALL
            SELECT
                'total of a receipt and of its products' AS what,
                receipts.id AS id,
                toFloat64(any(receipts.total_amount)) AS given,
                0 AS of_totals,
                0 AS of_prices,
                sum(
                    coalesce(
                        toFloat64(receipts.line.total_price),
                        toFloat64(receipts.line.quantity)
                        * coalesce(toFloat64(receipts.line.price_per_unit), toFloat64(products.price)),
                        0
                    )
                ) AS expected
            FROM (
                SELECT
                    id,
                    total_amount,
                    line
                FROM mart.purchase_versions FINAL
                ARRAY JOIN items AS line
                WHERE
                    voided_lines = 0
                    AND arrayExists(line -> isNull(line.total_price) AND isNull(line.price_per_unit), items)
            ) AS receipts
            LEFT JOIN mart.products AS products ON coalesce(receipts.line.product_id, '') = products.product_id
            GROUP BY receipts.id
            HAVING countIf(
                isNull(receipts.line.total_price)
                AND (
                    isNull(receipts.line.quantity)
                    OR (isNull(receipts.line.price_per_unit) AND products.product_id = '')
                )
            ) = 0
        ) AS amounts
    ) AS judged
    GROUP BY
        what,
        power
) AS counted
GROUP BY what
ORDER BY what
