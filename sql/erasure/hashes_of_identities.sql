-- Hashes of the identities of a customer, and of purchases whose identity names the customer.
SELECT DISTINCT sipHash64(kind, id, identity) AS hash
FROM mart.document_identities
WHERE
    (kind = 'customers' AND id IN {ids:Array(String)} AND identity != '')
    OR (
        kind = 'purchases'
        AND arrayExists(prefix -> startsWith(identity, prefix), {prefixes:Array(String)})
    )
