-- The published feature matrix, one row for each customer and day. `ds` is the partition day, the 30 columns of 0/1
-- stand in the order of the matrix, and publication_id names the Parquet publication that a row was loaded from.
-- A day is built aside and swapped in whole, so that readers see a day as it was published, old or new.
CREATE TABLE IF NOT EXISTS mart.customer_features
(
    ds Date,
    customer_id String,
    bought_milk_last_30d UInt8 COMMENT 'some line of group dairy in the last 30 days',
    bought_fruits_last_14d UInt8 COMMENT 'some line of group fruit in the last 14 days',
    not_bought_veggies_14d UInt8 COMMENT 'no line of group vegetable in the last 14 days',
    recurrent_buyer UInt8 COMMENT 'more than 2 purchases in the last 30 days',
    inactive_14_30 UInt8 COMMENT 'the latest purchase lies 14 to 30 days back',
    new_customer UInt8 COMMENT 'registered in the last 30 days',
    delivery_user UInt8 COMMENT 'at least one purchase with delivery',
    organic_preference UInt8 COMMENT 'at least one line whose product is organic',
    bulk_buyer UInt8 COMMENT 'mean amount of a purchase above 1000',
    low_cost_buyer UInt8 COMMENT 'mean amount of a purchase below 200',
    buys_bakery UInt8 COMMENT 'at least one line of group bakery',
    loyal_customer UInt8 COMMENT 'loyalty member with a card number, and at least 3 purchases',
    multicity_buyer UInt8 COMMENT 'purchases in stores of at least 2 different cities',
    bought_meat_last_week UInt8 COMMENT 'some line of group meat in the last 7 days',
    night_shopper UInt8 COMMENT 'at least one purchase at 20:00 or later',
    morning_shopper UInt8 COMMENT 'at least one purchase before 10:00',
    prefers_cash UInt8 COMMENT 'at least 70 % of purchases paid in cash',
    prefers_card UInt8 COMMENT 'at least 70 % of purchases paid by card',
    weekend_shopper UInt8 COMMENT 'at least 60 % of purchases on Saturday or Sunday',
    weekday_shopper UInt8 COMMENT 'at least 60 % of purchases on Monday to Friday',
    single_item_buyer UInt8 COMMENT 'at least 50 % of purchases have exactly one line',
    varied_shopper UInt8 COMMENT 'lines of at least 4 different groups, unknown not counted',
    store_loyal UInt8 COMMENT 'purchases in exactly 1 store',
    switching_store UInt8 COMMENT 'purchases in at least 2 stores',
    family_shopper UInt8 COMMENT 'mean number of lines in a purchase at least 4',
    early_bird UInt8 COMMENT 'at least one purchase from 12:00 to before 15:00',
    no_purchases UInt8 COMMENT 'registered, and never bought',
    recent_high_spender UInt8 COMMENT 'more than 2000 spent in the last 7 days',
    fruit_lover UInt8 COMMENT 'at least 3 purchases with a line of group fruit in the last 30 days',
    vegetarian_profile UInt8 COMMENT 'no line of group meat in the last 90 days',
    publication_id LowCardinality(String),
    published_at DateTime64(3, 'UTC')
)
ENGINE = MergeTree
PARTITION BY ds
ORDER BY (ds, customer_id)
