-- The values that were decrypted for people, the latest first: `shop pii decryptions`.
SELECT
    decrypted_at,
    decrypted_by,
    host,
    reason,
    kind,
    id,
    field,
    key_id
FROM audit.decryptions
ORDER BY
    decrypted_at DESC,
    id ASC,
    field ASC
