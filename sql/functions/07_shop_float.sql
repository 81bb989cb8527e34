-- A measure that is not money, as Float64; NULL when unreadable. JSONExtract gives the nearest float, which toFloat64
-- does not promise, but accepts no leading plus or zero: they are removed first.   '55.755826', '55,755826' -> 55.755826
-- '+05.5' -> 5.5
CREATE OR REPLACE FUNCTION shop_float{{ on_cluster }} AS (written) ->
    JSONExtract(
        replaceRegexpOne(coalesce(shop_decimal(written), ''), '^[+]?(-?)0*([0-9])', '\\1\\2'),
        'Nullable(Float64)'
    )
