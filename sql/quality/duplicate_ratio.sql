-- The duplicate ratio of each RAW table: 1 - distinct (id, payload) / rows; 0 for an empty table. Replays and snapshots
-- add duplicates to RAW, never to MART. Equal payloads are found by their digests, a hundredth of their bytes. Written
-- as one division, so that 3 of 10 is exactly 0.3. While keys are rotated it is what it was before.
{% from 'macros/messages.sql' import content, message_count %}
SELECT
    kind,
    row_count,
    distinct_documents,
    if(row_count = 0, 0, (row_count - distinct_documents) / row_count) AS duplicate_ratio
FROM (
    {% for kind in kinds %}
    SELECT
        '{{ kind.name }}' AS kind,
        {{ message_count() | indent(8) }} AS row_count,
        uniqExact({{ content() | indent(8) }}) AS distinct_documents
    FROM raw.{{ kind.name }}
    {% if not loop.last %}
    UNION ALL
    {% endif %}
    {% endfor %}
) AS raw_tables
ORDER BY kind
