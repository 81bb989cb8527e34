-- The ciphertexts of older keys that RAW and MART have, each once, without those whose newer one is known already.
-- older: how they begin.
SELECT DISTINCT value
FROM (
    {% for kind in kinds %}
    SELECT arrayJoin(extractAll(concat(id, ' ', payload), 'enc:v1:[a-z0-9]{1,16}:[a-z2-7]+')) AS value
    FROM raw.{{ kind.name }}
    UNION ALL
    SELECT arrayJoin(extractAll(toString(tuple(versions.*)), 'enc:v1:[a-z0-9]{1,16}:[a-z2-7]+')) AS value
    FROM mart.{{ kind.singular }}_versions AS versions
    UNION ALL
    {% endfor %}
    SELECT arrayJoin(extractAll(concat(id, ' ', payload), 'enc:v1:[a-z0-9]{1,16}:[a-z2-7]+')) AS value
    FROM mart.reject_versions
) AS found
WHERE
    arrayExists(beginning -> startsWith(value, beginning), {older:Array(String)})
    AND value NOT IN (
        SELECT rotated.older
        FROM mart.rotated_values AS rotated
    )
