-- The newest messages of the documents in some buckets of the sent index, tombstones among them; raw_totals says what
-- a bucket and a document are.
-- For each kind
{% from 'macros/raw_versions.sql' import believed_time, raw_version %}
WITH concerned AS (
    SELECT shop_clean(id) AS concerned_id
    FROM raw.{{ kind.name }}
    WHERE
        bitShiftRight(halfMD5(id), {shift:UInt8}) IN (SELECT arrayJoin({buckets:Array(UInt64)}))
        -- A message with another spelling of its id stands before the document of the id itself.
        OR bitShiftRight(halfMD5(assumeNotNull(concerned_id)), {shift:UInt8}) IN (
            SELECT arrayJoin({buckets:Array(UInt64)})
        )
)

SELECT
    document_id,
    newest.1 AS message_key,
    newest.2 AS digest,
    newest.3 AS is_deleted,
    newest.4 AS newest_time
FROM (
    SELECT
        shop_clean(id) AS document_id,
        argMax(
            (id, digest, operation = 'delete', {{ believed_time() }}),
            {{ raw_version() }}
        ) AS newest
    FROM raw.{{ kind.name }}
    WHERE isNotNull(document_id) AND document_id IN (SELECT concerned.concerned_id FROM concerned)
    GROUP BY document_id
) AS newest_messages
ORDER BY document_id
