{# The rows of a slice of RAW: from `first_offset` to `end_offset`, the end excluded, of one topic partition. #}
{% macro in_slice() -%}
kafka_topic_id = {topic_id:String}
AND kafka_partition = {topic_partition:UInt32}
AND kafka_offset >= {first_offset:UInt64}
AND kafka_offset < {end_offset:UInt64}
{%- endmacro %}
