-- What a flag says that is set for what does not count: 'out' for yes or a date, 'in' for no or nothing, 'unknown'
-- otherwise.
CREATE OR REPLACE FUNCTION shop_flag_mark{{ on_cluster }} AS (said) ->
    multiIf(
        shop_bool(said), 'out',
        isNull(shop_something(said)) OR isNotNull(shop_bool(said)), 'in',
        match(said, '^[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}|^[0-9]{9,13}$'), 'out',
        'unknown'
    )
