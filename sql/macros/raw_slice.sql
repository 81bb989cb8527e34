{# The rows of one topic partition, and of them the one with the largest offset: the tables are sorted by these columns. #}
{% macro of_partition() -%}
kafka_topic_id = {topic_id:String} AND kafka_partition = {topic_partition:UInt32}
{%- endmacro %}
{% macro last_of_partition() -%}
WHERE {{ of_partition() }}
ORDER BY
    kafka_topic_id DESC,
    kafka_partition DESC,
    kafka_offset DESC
LIMIT 1
{%- endmacro %}
{# The rows of a slice of RAW: from `first_offset` to `end_offset`, the end excluded, of one topic partition. #}
{% macro in_slice() -%}
kafka_topic_id = {topic_id:String}
AND kafka_partition = {topic_partition:UInt32}
AND kafka_offset >= {first_offset:UInt64}
AND kafka_offset < {end_offset:UInt64}
{%- endmacro %}
