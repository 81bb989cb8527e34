-- Removes messages of one partition from a RAW table by their offsets; materialized views do not see it. The offsets
-- are written out, because a replicated table refuses to delete by what each replica would have to look up for itself
-- (a nondeterministic mutation, code 36). The other kinds' tables take the place of raw.stores.
DELETE FROM raw.stores
WHERE
    kafka_topic_id = {topic_id:String}
    AND kafka_partition = {partition_number:UInt32}
    AND kafka_offset IN ({offsets:UInt64})
