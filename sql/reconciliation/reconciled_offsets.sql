-- Up to which offset, the end excluded, each topic partition was compared with MART.
-- For each kind
SELECT
    kafka_topic_id,
    kafka_partition,
    next_offset
FROM mart.reconciliations FINAL
WHERE kind = '{{ kind.name }}'
