{# What the messages of RAW have in common whatever key encrypted them: while a rotation moves them, one that has moved
   and one that has not are equal, and a message that is there under both keys is one. It costs nothing otherwise. #}
{% macro is_rotating() %}(SELECT count() > 0 FROM mart.current_values){% endmacro %}

{% macro content() -%}
tuple(
    shop_current(id),
    if(
        {{ is_rotating() }},
        sipHash64(
            replaceRegexpAll(payload, 'enc:v1:[a-z0-9]{1,16}:[a-z2-7]+', 'enc:v1:'),
            arrayMap(
                ciphertext -> shop_current(ciphertext),
                extractAll(payload, 'enc:v1:[a-z0-9]{1,16}:[a-z2-7]+')
            )
        ),
        digest
    )
)
{%- endmacro %}

{% macro message_count() -%}
if(
    {{ is_rotating() }},
    uniqExactIf((kafka_topic_id, kafka_partition, kafka_offset), {{ is_rotating() }}),
    count()
)
{%- endmacro %}
