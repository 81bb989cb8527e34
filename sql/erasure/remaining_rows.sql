-- How many rows of MART still have something of a customer under an id; 0 after an erasure.
SELECT
    (
        SELECT count()
        FROM mart.customer_versions
        WHERE id IN {ids:Array(String)} AND operation != 'delete'
    )
    + (
        SELECT count()
        FROM mart.purchase_versions
        WHERE customer_id IN {ids:Array(String)}
    )
    + (
        SELECT count()
        FROM mart.reject_versions
        WHERE kind = 'customers' AND id IN {ids:Array(String)}
    )
    + (
        SELECT count()
        FROM mart.document_identities
        WHERE kind = 'customers' AND id IN {ids:Array(String)} AND identity != ''
    ) AS row_count
