-- The newest messages of the documents in some buckets of the sent index, tombstones among them.
-- For each kind
{% from 'macros/newest_messages.sql' import newest_messages %}
SELECT
    document_id,
    message_key,
    digest,
    is_deleted,
    source_time
FROM (
    {{ newest_messages(kind) | indent(4) }}
) AS newest_messages
WHERE
    has({buckets:Array(UInt32)}, bitShiftRight(key_hash, {shift:UInt8}))
    -- A message with another spelling of its id stands before the document of the id itself.
    OR has({buckets:Array(UInt32)}, bitShiftRight(halfMD5(document_id), {shift:UInt8}))
ORDER BY document_id
