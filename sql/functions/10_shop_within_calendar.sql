-- The moment itself when its year in UTC is 1900 to 2299, which DateTime64 and Date32 can hold; NULL otherwise. An
-- offset can move the first and last hours out of that range.
CREATE OR REPLACE FUNCTION shop_within_calendar{{ on_cluster }} AS (moment) ->
    multiIf(
        moment < toDateTime64('1900-01-01 00:00:00', 3, 'UTC'), NULL,
        moment > toDateTime64('2299-12-31 23:59:59.999', 3, 'UTC'), NULL,
        moment
    )
