-- How many documents would be rejected for which reason, as quality/rejects_by_reason counts them, with the place of
-- the first: its file, which is a partition, and its position there, which is the offset.
SELECT
    kind,
    reason,
    count() AS documents,
    tupleElement(min((kafka_partition, kafka_offset)), 1) AS file,
    tupleElement(min((kafka_partition, kafka_offset)), 2) AS position
FROM mart.open_rejects
ARRAY JOIN reasons AS reason
GROUP BY
    kind,
    reason
ORDER BY
    documents DESC,
    kind ASC,
    reason ASC
