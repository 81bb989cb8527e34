-- A fingerprint of the rows of each RAW table: it changes with every insert and every deletion, and when ClickHouse
-- merges parts. Nothing of the rows is read.
SELECT
    table,
    lower(hex(sipHash128(arraySort(groupArray(hash_of_all_files))))) AS fingerprint
FROM system.parts
WHERE
    database = 'raw'
    AND active
    AND table IN ('{{ kinds | map(attribute="name") | join("', '") }}')
GROUP BY table
ORDER BY table
