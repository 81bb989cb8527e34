-- The offsets of each topic partition in RAW that were not compared with MART yet.
-- For each kind
-- Variables: reconciled, how many partitions have been compared up to an offset; number N of them is given by the
-- parameters topicN, partitionN and nextN. The table is sorted by these columns: what was compared is skipped without
-- being read.
SELECT
    kafka_topic_id,
    kafka_partition,
    min(kafka_offset) AS first_offset,
    max(kafka_offset) + 1 AS end_offset
FROM raw.{{ kind.name }}
{% for number in range(reconciled) %}
{% if loop.first %}
WHERE
{% endif %}
    {{ '' if loop.first else 'AND ' }}NOT (
        kafka_topic_id = {topic{{ number }}:String}
        AND kafka_partition = {partition{{ number }}:UInt32}
        AND kafka_offset < {next{{ number }}:UInt64}
    )
{% endfor %}
GROUP BY
    kafka_topic_id,
    kafka_partition
ORDER BY
    kafka_topic_id,
    kafka_partition
