-- Records which messages of a RAW table compaction may delete: of those with one id and one payload all but the newest,
-- in the order in which MART takes versions. A tombstone and an empty message are no duplicates of each other. A
-- message that MART names as the reason of a reject stays, even if a duplicate of it was judged differently later (a
-- date that was in the future then): a MART rebuilt from RAW must have that reject too. removed_at identifies what this
-- statement recorded.
-- For each kind
INSERT INTO raw.removed_copies (
    kafka_topic,
    kafka_topic_id,
    kafka_partition,
    kafka_offset,
    kind,
    id,
    ingested_at,
    removed_at
)
SELECT
    duplicate.5 AS kafka_topic,
    duplicate.3 AS kafka_topic_id,
    duplicate.4 AS kafka_partition,
    duplicate.2 AS kafka_offset,
    '{{ kind.name }}' AS kind,
    documents.id AS id,
    duplicate.6 AS ingested_at,
    {removed_at:DateTime64(6, 'UTC')} AS removed_at
FROM (
    SELECT
        id,
        arrayPopBack(
            arraySort(
                groupArray(
                    (
                        shop_bounded_time(source_time, kafka_timestamp, ingested_at),
                        kafka_offset,
                        kafka_topic_id,
                        kafka_partition,
                        kafka_topic,
                        ingested_at
                    )
                )
            )
        ) AS duplicates
    FROM raw.{{ kind.name }}
    GROUP BY
        id,
        sipHash128(payload),
        operation = 'delete'
    HAVING count() > 1
) AS documents
ARRAY JOIN duplicates AS duplicate
WHERE
    (duplicate.3, duplicate.4, duplicate.2) NOT IN (
        SELECT
            kafka_topic_id,
            kafka_partition,
            kafka_offset
        FROM mart.reject_versions FINAL
    )
