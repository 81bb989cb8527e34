-- A date and time with two digits in each part but the year, without a comma before a blank and the word for a year. A dot before a digit
-- belongs to the date only if another follows it: otherwise the digit is a fraction.
-- '1.5.2024, 9:05' -> '01.05.2024 09:05'   '17.05.1990 г.' -> '17.05.1990'   '2024-5-1t9:05' -> '2024-05-01t09:05'
CREATE OR REPLACE FUNCTION shop_two_digits{{ on_cluster }} AS (written) ->
    replaceRegexpAll(
        replaceRegexpOne(written, ',( )| ?г[.]?$', '\\1'),
        '(^|[^0-9a-su-z_.])([0-9])\\b|([.])([0-9])([.])',
        '\\1\\30\\2\\4\\5'
    )
