-- The share of ones of each feature on each day from first to last, and what is usual: the mean share on those of the
-- 14 days before it that are published, and how many these are.
SELECT
    ds,
    feature,
    share,
    usual_share,
    usual_days
FROM (
    SELECT
        ds,
        pair.1 AS feature,
        pair.2 AS share,
        avg(pair.2) OVER (
            PARTITION BY pair.1 ORDER BY toRelativeDayNum(ds) RANGE BETWEEN 14 PRECEDING AND 1 PRECEDING
        ) AS usual_share,
        count() OVER (
            PARTITION BY pair.1 ORDER BY toRelativeDayNum(ds) RANGE BETWEEN 14 PRECEDING AND 1 PRECEDING
        ) AS usual_days
    FROM (
        SELECT
            ds,
            [
                ('bought_milk_last_30d', avg(bought_milk_last_30d)),
                ('bought_fruits_last_14d', avg(bought_fruits_last_14d)),
                ('not_bought_veggies_14d', avg(not_bought_veggies_14d)),
                ('recurrent_buyer', avg(recurrent_buyer)),
                ('inactive_14_30', avg(inactive_14_30)),
                ('new_customer', avg(new_customer)),
                ('delivery_user', avg(delivery_user)),
                ('organic_preference', avg(organic_preference)),
                ('bulk_buyer', avg(bulk_buyer)),
                ('low_cost_buyer', avg(low_cost_buyer)),
                ('buys_bakery', avg(buys_bakery)),
                ('loyal_customer', avg(loyal_customer)),
                ('multicity_buyer', avg(multicity_buyer)),
                ('bought_meat_last_week', avg(bought_meat_last_week)),
                ('night_shopper', avg(night_shopper)),
                ('morning_shopper', avg(morning_shopper)),
                ('prefers_cash', avg(prefers_cash)),
                ('prefers_card', avg(prefers_card)),
                ('weekend_shopper', avg(weekend_shopper)),
                ('weekday_shopper', avg(weekday_shopper)),
                ('single_item_buyer', avg(single_item_buyer)),
                ('varied_shopper', avg(varied_shopper)),
                ('store_loyal', avg(store_loyal)),
                ('switching_store', avg(switching_store)),
                ('family_shopper', avg(family_shopper)),
                ('early_bird', avg(early_bird)),
                ('no_purchases', avg(no_purchases)),
                ('recent_high_spender', avg(recent_high_spender)),
                ('fruit_lover', avg(fruit_lover)),
                ('vegetarian_profile', avg(vegetarian_profile))
            ] AS pairs
        FROM mart.customer_features
        WHERE ds BETWEEN {first:Date} - 14 AND {last:Date}
        GROUP BY ds
    ) AS days
    ARRAY JOIN pairs AS pair
) AS shares
WHERE ds >= {first:Date}
ORDER BY
    ds,
    feature
