-- A date whose year stands last, with two digits in each other part and without the word for a year.
-- '1.5.2024, 9:05' -> '01.05.2024 09:05'   '17.05.1990 г.' -> '17.05.1990'
CREATE OR REPLACE FUNCTION shop_two_digits{{ on_cluster }} AS (written) ->
    replaceRegexpAll(replaceRegexpOne(written, ',| ?г[.]?$', ''), '\\b([0-9])\\b', '0\\1')
