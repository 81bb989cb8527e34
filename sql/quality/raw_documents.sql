-- How many distinct living documents RAW knows of each kind: ids whose newest message is no tombstone.
SELECT
    kind,
    countIf(newest_operation != 'delete') AS documents,
    sum(messages) AS messages
FROM (
    SELECT
        'stores' AS kind,
        id,
        argMax(operation, (source_time, kafka_offset)) AS newest_operation,
        count() AS messages
    FROM raw.stores
    GROUP BY id
    UNION ALL
    SELECT
        'products' AS kind,
        id,
        argMax(operation, (source_time, kafka_offset)) AS newest_operation,
        count() AS messages
    FROM raw.products
    GROUP BY id
    UNION ALL
    SELECT
        'customers' AS kind,
        id,
        argMax(operation, (source_time, kafka_offset)) AS newest_operation,
        count() AS messages
    FROM raw.customers
    GROUP BY id
    UNION ALL
    SELECT
        'purchases' AS kind,
        id,
        argMax(operation, (source_time, kafka_offset)) AS newest_operation,
        count() AS messages
    FROM raw.purchases
    GROUP BY id
) AS documents_of_kinds
GROUP BY kind
ORDER BY kind
