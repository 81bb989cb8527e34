-- A moment or day later than `now`, which is when its message was ingested: a later look gives the same answer.
CREATE OR REPLACE FUNCTION shop_future{{ on_cluster }} AS (field, moment, now) ->
    if(moment > now, concat(field, ': in the future'), '')
