-- A ciphertext under the key that encrypts now, while a rotation moves what is stored (mart.current_values); every other
-- text as it is, and NULL.   'enc:v1:k1:aa' -> 'enc:v1:k2:bb'   '+7' -> '+7'
CREATE OR REPLACE FUNCTION shop_current{{ on_cluster }} AS (value) ->
    if(
        startsWith(ifNull(value, ''), 'enc:v1:'),
        coalesce(nullIf(joinGet('mart.current_values', 'newer', ifNull(value, '')), ''), value),
        value
    )
