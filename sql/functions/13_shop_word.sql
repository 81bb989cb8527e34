-- A pattern that finds one of the alternatives as a whole word: no letter, digit or underscore of Unicode next to it.
CREATE OR REPLACE FUNCTION shop_word{{ on_cluster }} AS (alternatives) ->
    concat('(?:^|[^\\p{L}\\p{N}_])(?:', alternatives, ')(?:$|[^\\p{L}\\p{N}_])')
