-- The number of documents that RAW has in each bucket of the sent index, and the sum of their digests: those ids whose
-- newest message is not a tombstone. The ids are those of MART: another spelling of an id is another message of the
-- same document. A message without a key belongs to no document. A bucket's number is the hash of a message's key,
-- shifted by `shift` bits.
-- For each kind
{% from 'macros/raw_versions.sql' import raw_version %}
SELECT
    bitShiftRight(newest.1, {shift:UInt8}) AS bucket,
    count() AS documents,
    sum(newest.2) AS checksum
FROM (
    SELECT
        argMax(
            (halfMD5(id), digest, operation = 'delete'),
            {{ raw_version() }}
        ) AS newest
    FROM raw.{{ kind.name }}
    WHERE isNotNull(shop_clean(id))
    GROUP BY shop_clean(id)
) AS newest_messages
WHERE newest.3 = 0
GROUP BY bucket
ORDER BY bucket
