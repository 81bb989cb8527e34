-- How many messages RAW has, each counted once.
SELECT sum(messages) AS messages
FROM (
    {% for kind in kinds %}
    SELECT uniqExact(kafka_topic_id, kafka_partition, kafka_offset) AS messages
    FROM raw.{{ kind.name }}
    {% if not loop.last %}
    UNION ALL
    {% endif %}
    {% endfor %}
) AS counts
