-- Why a document is excluded, from the mark that says so; a value that is no listed word is not shown.
-- 'status', 'cancelled' -> 'status: cancelled'   'cancelled_at', '2024-05-01' -> 'cancelled_at: set'
CREATE OR REPLACE FUNCTION shop_mark_text{{ on_cluster }} AS (field, said) ->
    concat(field, ': ', if(match(said, '^(?:[\\p{L} _-]{1,30}|[0-9])$'), said, 'set'))
