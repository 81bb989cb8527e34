-- Whether 12 digits could be a time of a calendar: yyyymmddhhmm, yymmddhhmmss, ddmmyyhhmmss, ddmmyyyyhhmm or
-- mmddyyyyhhmm, or 10 digits: yymmddhhmm, ddmmyyhhmm or mmddyyhhmm. As milliseconds since 1970, 12 would be one before
-- 2001. As seconds 10 are one of any year from 2001: those of May 2014 to December 2034 are seconds, which are common,
-- while times without a century and seconds are rare.
-- '202401201100', '260115100000', '150120261000', '3101261030' -> 1   '202694400000', '1763202600', '1704101200' -> 0
{% set SECONDS = '^(?:1[4-9][0-9]|20[0-4])[0-9]{7}$' %}
{% set YEAR, MONTH, DAY, HOUR = '(?:19|20)[0-9]{2}', '(?:0[1-9]|1[0-2])', '(?:0[1-9]|[12][0-9]|3[01])', '(?:[01][0-9]|2[0-3])' %}
{% set MINUTE = '[0-5][0-9]' %}
CREATE OR REPLACE FUNCTION shop_is_calendar_number{{ on_cluster }} AS (written) ->
    if(
        match(written, '{{ SECONDS }}'), 0,
        match(
            written,
            concat(
                '^(?:{{ YEAR }}{{ MONTH }}{{ DAY }}{{ HOUR }}{{ MINUTE }}',
                '|[0-9]{2}{{ MONTH }}{{ DAY }}{{ HOUR }}{{ MINUTE }}{{ MINUTE }}',
                '|{{ DAY }}{{ MONTH }}[0-9]{2}{{ HOUR }}{{ MINUTE }}{{ MINUTE }}',
                '|(?:{{ DAY }}{{ MONTH }}|{{ MONTH }}{{ DAY }}){{ YEAR }}{{ HOUR }}{{ MINUTE }}',
                '|(?:[0-9]{2}{{ MONTH }}{{ DAY }}|{{ DAY }}{{ MONTH }}[0-9]{2}|{{ MONTH }}{{ DAY }}[0-9]{2})',
                '{{ HOUR }}{{ MINUTE }})$'
            )
        )
    )
