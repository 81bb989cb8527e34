-- The moment itself when it is one of 1990 to 2299, NULL otherwise: as shop_within_calendar, with the bounds of a purchase.
-- In one function, because each copies its argument as often as it uses it, and ClickHouse bounds a view's text.
CREATE OR REPLACE FUNCTION shop_within_shop_years{{ on_cluster }} AS (moment) ->
    multiIf(
        moment < toDateTime64('1990-01-01 00:00:00', 3, 'UTC'), NULL,
        moment > toDateTime64('2299-12-31 23:59:59.999', 3, 'UTC'), NULL,
        moment
    )
