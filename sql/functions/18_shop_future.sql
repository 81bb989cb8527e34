-- Whether a moment or day is later than `now`, which is shop_latest_moment of the time when its message was ingested, so
-- that cleaning the row again gives the same result.
CREATE OR REPLACE FUNCTION shop_future{{ on_cluster }} AS (field, moment, now) ->
    if(moment > now, concat(field, ': in the future'), '')
