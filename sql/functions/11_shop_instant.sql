-- A moment of ISO 8601 as DateTime64(3, 'UTC'), cut to milliseconds. An offset is converted to UTC, without one it is
-- UTC, a date alone is its midnight; NULL when unreadable or before 1900. The text's form is checked first, because the
-- parser is too lenient: it takes '12' for a day of this month. A date after 2299 is beyond ClickHouse's types and
-- becomes their last day: it is later than now, and must be seen to be.
-- '"2024-05-01T10:00:00+03:00"' -> 07:00 of that day   '"2024-02-30"', '"01.05.2024"', '1714557600' -> NULL
-- '"9999-01-01"' -> 2299-12-31
CREATE OR REPLACE FUNCTION shop_instant{{ on_cluster }} AS (json) ->
    shop_within_calendar(
        parseDateTime64BestEffortOrNull(
            upper(
                replaceRegexpOne(
                    extract(
                        shop_text(json),
                        concat(
                            '^((?:19|[2-9][0-9])[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])',
                            '(?:[t ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,9})?)?',
                            '(?:z|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)?)?)$'
                        )
                    ),
                    '^(?:2[3-9]|[3-9][0-9])[0-9]{2}-.*$',
                    '2299-12-31'
                )
            ),
            3,
            'UTC'
        )
    )
