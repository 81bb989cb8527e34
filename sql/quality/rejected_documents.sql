-- Every rejected document without its content, and whether the reject is open: no newer version of the document has
-- arrived.
SELECT
    reject_id,
    kind,
    id,
    reasons,
    rejected_at,
    kafka_topic,
    kafka_partition,
    kafka_offset,
    reject_id IN (SELECT reject_id FROM mart.open_rejects) AS is_open
FROM mart.rejects
