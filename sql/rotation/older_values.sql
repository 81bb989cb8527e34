-- The ciphertexts of older keys that RAW and MART have, each once, without those whose newer one is known already.
-- older: how they begin. newer: how those of the first key begin.
{% from 'macros/ciphertexts.sql' import stored_ciphertexts %}
SELECT DISTINCT value
FROM (
    {{ stored_ciphertexts(kinds) | indent(4) }}
) AS found
WHERE
    arrayExists(beginning -> startsWith(value, beginning), {older:Array(String)})
    AND value NOT IN (
        SELECT rotated.older
        FROM mart.rotated_values AS rotated
        WHERE startsWith(rotated.newer, {newer:String})
    )
