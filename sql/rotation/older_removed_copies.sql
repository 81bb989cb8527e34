-- The messages that compaction or an erasure removed and whose id is a ciphertext of another key than the first. own:
-- how the ciphertexts of the first key begin.
{% from 'macros/ciphertexts.sql' import PREFIX %}
SELECT
    kafka_topic,
    kafka_topic_id,
    kafka_partition,
    kafka_offset,
    kind,
    id,
    ingested_at
FROM raw.removed_copies FINAL
WHERE startsWith(id, '{{ PREFIX }}') AND NOT startsWith(id, {own:String})
