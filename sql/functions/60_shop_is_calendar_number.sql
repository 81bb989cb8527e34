-- Whether 12 digits could be a time of a calendar, yyyymmddhhmm: as milliseconds since 1970 they would be one of 1976.
-- '202401201100' -> 1   '202694400000' -> 0
CREATE OR REPLACE FUNCTION shop_is_calendar_number{{ on_cluster }} AS (written) ->
    match(
        written,
        '^(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[01][0-9]|2[0-3])[0-5][0-9]$'
    )
