-- Removes rows of one topic partition from a table of MART, where they are ordered by a source time that is not
-- believed. The values are written into the statement for the reason that compaction/delete_duplicates gives.
-- Variables: table, of MART; topic_id, an SQL literal; topic_partition and offsets, numbers.
DELETE FROM {{ table }}
WHERE
    kafka_topic_id = {{ topic_id }}
    AND kafka_partition = {{ topic_partition }}
    AND kafka_offset IN ({{ offsets | join(', ') }})
    AND bitShiftRight(version, 64) = source_time
