-- The number of documents that RAW has in each bucket of the sent index, and the sum of their digests: those ids whose
-- newest message is not a tombstone. A bucket has the ids whose hash, shifted by `shift` bits, is its number.
-- For each kind
{% from 'macros/newest_messages.sql' import newest_messages %}
SELECT
    bitShiftRight(key_hash, {shift:UInt8}) AS bucket,
    count() AS documents,
    sum(digest) AS checksum
FROM (
    {{ newest_messages(kind) | indent(4) }}
) AS newest_messages
WHERE is_deleted = 0
GROUP BY bucket
ORDER BY bucket
