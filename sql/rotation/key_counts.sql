-- How many ciphertexts each place of the warehouse has of each key: a row for each place and key. unreadable: texts
-- that look like one and are none.
{% from 'macros/ciphertexts.sql' import CIPHERTEXT %}
SELECT
    place,
    splitByChar(':', value)[3] AS key_id,
    count() AS ciphertexts
FROM (
    {% for kind in kinds %}
    SELECT
        'raw.{{ kind.name }}' AS place,
        arrayJoin(extractAll(concat(id, ' ', payload), '{{ CIPHERTEXT }}')) AS value
    FROM raw.{{ kind.name }}
    UNION ALL
    SELECT
        'mart.{{ kind.name }}' AS place,
        arrayJoin(
            extractAll(toString(tuple(versions.*)), '{{ CIPHERTEXT }}')
        ) AS value
    FROM mart.{{ kind.singular }}_versions AS versions
    UNION ALL
    {% endfor %}
    SELECT
        'mart.rejects' AS place,
        arrayJoin(extractAll(concat(id, ' ', payload), '{{ CIPHERTEXT }}')) AS value
    FROM mart.reject_versions
    UNION ALL
    SELECT
        'mart.document_identities' AS place,
        arrayJoin(extractAll(concat(id, ' ', identity), '{{ CIPHERTEXT }}')) AS value
    FROM mart.document_identities
    UNION ALL
    SELECT
        'raw.removed_copies' AS place,
        arrayJoin(extractAll(id, '{{ CIPHERTEXT }}')) AS value
    FROM raw.removed_copies FINAL
    UNION ALL
    SELECT
        'mart.rotated_values' AS place,
        arrayJoin(extractAll(older, '{{ CIPHERTEXT }}')) AS value
    FROM mart.rotated_values FINAL
    UNION ALL
    SELECT
        'mart.current_values' AS place,
        arrayJoin(extractAll(older, '{{ CIPHERTEXT }}')) AS value
    FROM mart.current_values
) AS found
WHERE NOT has({unreadable:Array(String)}, value)
GROUP BY
    place,
    key_id
ORDER BY
    place,
    key_id
