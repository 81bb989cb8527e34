-- The pairs of a rotation that was killed of which RAW and MART have neither ciphertext: those of erased customers.
-- From both tables, because an erasure may have been killed between them.
{% from 'macros/ciphertexts.sql' import stored_ciphertexts %}
SELECT older
FROM (
    SELECT
        older,
        arrayJoin([older, newer]) AS ciphertext
    FROM mart.rotated_values
    UNION ALL
    SELECT
        older,
        arrayJoin([older, newer]) AS ciphertext
    FROM mart.current_values
) AS pairs
GROUP BY older
HAVING
    countIf(
        ciphertext IN (
            SELECT value
            FROM (
                {{ stored_ciphertexts(kinds) | indent(16) }}
            ) AS stored
        )
    ) = 0
