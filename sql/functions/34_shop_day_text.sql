-- The text of a date or time; NULL for the empty dates of databases.   '0000-00-00', '0001-01-01t00:00:00', '0' -> NULL
CREATE OR REPLACE FUNCTION shop_day_text{{ on_cluster }} AS (written) ->
    if(
        match(written, '^(?:0|(?:0000-00-00|0001-01-01|00[.]00[.]0000|01[.]01[.]0001)(?:[^0-9].*)?)$'), NULL, written
    )
