-- How many ciphertexts each place of the warehouse has of each key: a row for each place and key.
SELECT
    place,
    key_id,
    count() AS ciphertexts
FROM (
    {% for kind in kinds %}
    SELECT
        'raw.{{ kind.name }}' AS place,
        arrayJoin(extractAll(concat(id, ' ', payload), 'enc:v1:([a-z0-9]{1,16}):')) AS key_id
    FROM raw.{{ kind.name }}
    UNION ALL
    SELECT
        'mart.{{ kind.name }}' AS place,
        arrayJoin(
            extractAll(toString(tuple(versions.*)), 'enc:v1:([a-z0-9]{1,16}):')
        ) AS key_id
    FROM mart.{{ kind.singular }}_versions AS versions
    UNION ALL
    {% endfor %}
    SELECT
        'mart.rejects' AS place,
        arrayJoin(extractAll(concat(id, ' ', payload), 'enc:v1:([a-z0-9]{1,16}):')) AS key_id
    FROM mart.reject_versions
    UNION ALL
    SELECT
        'mart.document_identities' AS place,
        arrayJoin(extractAll(concat(id, ' ', identity), 'enc:v1:([a-z0-9]{1,16}):')) AS key_id
    FROM mart.document_identities
    UNION ALL
    SELECT
        'raw.removed_copies' AS place,
        arrayJoin(extractAll(id, 'enc:v1:([a-z0-9]{1,16}):')) AS key_id
    FROM raw.removed_copies FINAL
    UNION ALL
    SELECT
        'mart.rotated_values' AS place,
        arrayJoin(extractAll(older, 'enc:v1:([a-z0-9]{1,16}):')) AS key_id
    FROM mart.rotated_values FINAL
    UNION ALL
    SELECT
        'mart.current_values' AS place,
        arrayJoin(extractAll(older, 'enc:v1:([a-z0-9]{1,16}):')) AS key_id
    FROM mart.current_values
) AS found
GROUP BY
    place,
    key_id
ORDER BY
    place,
    key_id
