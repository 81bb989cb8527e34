-- How many messages RAW received on each day of the period, by kind.
SELECT
    toDateTime(toStartOfDay(ingested_at, {timezone:String})) AS day,
    transform(kind, {kind_codes:Array(String)}, {kind_titles:Array(String)}, kind) AS name,
    toInt64(count()) AS messages
FROM (
    {% for kind in kinds %}
    SELECT
        '{{ kind.name }}' AS kind,
        ingested_at
    FROM raw.{{ kind.name }}
    {% if not loop.last %}
    UNION ALL
    {% endif %}
    {% endfor %}
) AS messages
WHERE ingested_at >= {period_start:DateTime('UTC')}
GROUP BY
    day,
    name
ORDER BY
    day,
    name
