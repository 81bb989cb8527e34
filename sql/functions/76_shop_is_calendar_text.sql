-- Whether a value could be seconds since 1970 or a time of a calendar: a text of 10 digits that are one. A JSON number is
-- seconds: a time of a calendar that begins with 0 could not be written as one.
-- '"3101261030"', '3101261030' -> 1   '3101261030', '3101261030' -> 0
CREATE OR REPLACE FUNCTION shop_is_calendar_text{{ on_cluster }} AS (json, written) ->
    multiIf(NOT startsWith(json, '"'), 0, NOT match(written, '^[0-9]{10}$'), 0, shop_is_calendar_number(written))
