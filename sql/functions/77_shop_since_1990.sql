-- The moment itself when it is not before 1990, NULL otherwise.
CREATE OR REPLACE FUNCTION shop_since_1990{{ on_cluster }} AS (moment) ->
    if(moment < toDateTime64('1990-01-01 00:00:00', 3, 'UTC'), NULL, moment)
