-- A date whose year stands last, with two digits in each other part and without the word for a year. A dot before a digit
-- belongs to the date only if another follows it: otherwise the digit is a fraction.
-- '1.5.2024, 9:05' -> '01.05.2024 09:05'   '17.05.1990 г.' -> '17.05.1990'   '1.5.2024 9:05:00.9' -> '… 09:05:00.9'
CREATE OR REPLACE FUNCTION shop_two_digits{{ on_cluster }} AS (written) ->
    replaceRegexpAll(
        replaceRegexpOne(written, ',| ?г[.]?$', ''),
        '(^|[^0-9a-z_.])([0-9])\\b|([.])([0-9])([.])',
        '\\1\\30\\2\\4\\5'
    )
