-- The rejects that still stand: nothing newer of that id has come, be it clean or deleted. One without a key stands
-- always.
CREATE OR REPLACE VIEW mart.open_rejects AS
SELECT
    lower(hex(sipHash128(kind, id, payload_hash))) AS reject_id,
    kind,
    id,
    reasons,
    payload,
    kafka_topic,
    kafka_topic_id,
    kafka_partition,
    kafka_offset,
    source_time,
    rejected_at
FROM mart.reject_versions FINAL
WHERE
    id = ''
    OR (kind, id, version) IN (
        SELECT
            'stores' AS kind,
            versions.id,
            max(versions.version) AS version
        FROM mart.store_versions AS versions
        WHERE
            versions.id IN (
                SELECT rejects.id
                FROM mart.reject_versions AS rejects
                WHERE rejects.kind = 'stores'
            )
        GROUP BY versions.id
        UNION ALL
        SELECT
            'products' AS kind,
            versions.id,
            max(versions.version) AS version
        FROM mart.product_versions AS versions
        WHERE
            versions.id IN (
                SELECT rejects.id
                FROM mart.reject_versions AS rejects
                WHERE rejects.kind = 'products'
            )
        GROUP BY versions.id
        UNION ALL
        SELECT
            'customers' AS kind,
            versions.id,
            max(versions.version) AS version
        FROM mart.customer_versions AS versions
        WHERE
            versions.id IN (
                SELECT rejects.id
                FROM mart.reject_versions AS rejects
                WHERE rejects.kind = 'customers'
            )
        GROUP BY versions.id
        UNION ALL
        SELECT
            'purchases' AS kind,
            versions.id,
            max(versions.version) AS version
        FROM mart.purchase_versions AS versions
        WHERE
            versions.id IN (
                SELECT rejects.id
                FROM mart.reject_versions AS rejects
                WHERE rejects.kind = 'purchases'
            )
        GROUP BY versions.id
    )
