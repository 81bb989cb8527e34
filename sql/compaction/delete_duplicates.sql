-- Removes messages of one topic partition from a RAW table by their offsets; materialized views do not see it. The
-- values are written into the statement, because a replicated table refuses to delete by what each replica would have
-- to look up for itself (a nondeterministic mutation, code 36), and ten thousand offsets are too many for the address
-- of a request, which has the bound parameters.
-- For each kind
-- Variables: topic_id, an SQL literal; topic_partition and offsets, numbers.
DELETE FROM raw.{{ kind.name }}
WHERE
    kafka_topic_id = {{ topic_id }}
    AND kafka_partition = {{ topic_partition }}
    AND kafka_offset IN ({{ offsets | join(', ') }})
