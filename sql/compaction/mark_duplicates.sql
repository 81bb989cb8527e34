-- Remembers which messages of a RAW table may go: of those with one id and one payload all but the newest, by the
-- order in which MART takes versions. A tombstone and an empty message are not copies of each other. A message that
-- MART names as the reason of a reject stays, though a copy of it was judged otherwise later (a date that lay in the
-- future then): MART made anew from RAW must have that reject too. removed_at marks what this statement remembered. The
-- other kinds' tables take the place of raw.stores.
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
    copy.5 AS kafka_topic,
    copy.3 AS kafka_topic_id,
    copy.4 AS kafka_partition,
    copy.2 AS kafka_offset,
    {kind:String} AS kind,
    documents.id AS id,
    copy.6 AS ingested_at,
    {removed_at:DateTime64(6, 'UTC')} AS removed_at
FROM (
    SELECT
        id,
        arrayPopBack(
            arraySort(
                groupArray((source_time, kafka_offset, kafka_topic_id, kafka_partition, kafka_topic, ingested_at))
            )
        ) AS copies
    FROM raw.stores
    GROUP BY
        id,
        sipHash128(payload),
        operation = 'delete'
    HAVING count() > 1
) AS documents
ARRAY JOIN copies AS copy
WHERE
    (copy.3, copy.4, copy.2) NOT IN (
        SELECT
            kafka_topic_id,
            kafka_partition,
            kafka_offset
        FROM mart.reject_versions FINAL
    )
