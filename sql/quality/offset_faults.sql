-- How many offsets of each kind's topics RAW has twice or cannot account for; normally 0. With log compaction, the
-- messages that Kafka itself removed are among them.
-- Reads: quality/raw_offsets
SELECT
    kind,
    sum(faults) AS faulty_offsets
FROM (
    SELECT
        arrayFirst(
            candidate -> endsWith(kafka_topic, candidate),
            ['{{ kinds | map(attribute="name") | join("', '") }}']
        ) AS kind,
        duplicated + abs(unaccounted) AS faults
    FROM raw_offsets
    UNION ALL
    SELECT
        arrayJoin(['{{ kinds | map(attribute="name") | join("', '") }}']) AS kind,
        0 AS faults
) AS found
GROUP BY kind
ORDER BY kind
