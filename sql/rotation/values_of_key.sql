-- The ciphertexts of a key that RAW and MART have, each once; no more than most. prefix: how they begin.
{% from 'macros/ciphertexts.sql' import stored_ciphertexts %}
SELECT DISTINCT value
FROM (
    {{ stored_ciphertexts(kinds) | indent(4) }}
) AS found
WHERE startsWith(value, {prefix:String})
ORDER BY value
LIMIT {most:UInt32}
