-- The duplicate ratio of each RAW table after every hour in which something arrived, and now; the limit is one more
-- line. A duplicate is a row whose (id, payload) an earlier row has; equal payloads have one digest.
{% from 'macros/messages.sql' import content %}
WITH messages AS (
    {% for kind in kinds %}
    SELECT
        '{{ kind.name }}' AS kind,
        sipHash128({{ content() | indent(8) }}) AS content,
        ingested_at
    FROM raw.{{ kind.name }}
    {% if not loop.last %}
    UNION ALL
    {% endif %}
    {% endfor %}
)

SELECT
    moment,
    name,
    duplicate_ratio
FROM (
    SELECT
        if(hour = max(hour) OVER (PARTITION BY kind), now('UTC'), hour + INTERVAL 1 HOUR) AS moment,
        transform(kind, {kind_codes:Array(String)}, {kind_titles:Array(String)}, kind) AS name,
        (sum(arrived) OVER running - sum(first_ones) OVER running) / sum(arrived) OVER running AS duplicate_ratio
    FROM (
        SELECT
            kind,
            hour,
            sum(first_ones) AS first_ones,
            sum(arrived) AS arrived
        FROM (
            SELECT
                kind,
                toStartOfHour(toDateTime(min(ingested_at), 'UTC')) AS hour,
                1 AS first_ones,
                0 AS arrived
            FROM messages
            GROUP BY
                kind,
                content
            UNION ALL
            SELECT
                kind,
                toStartOfHour(toDateTime(ingested_at, 'UTC')) AS hour,
                0 AS first_ones,
                count() AS arrived
            FROM messages
            GROUP BY
                kind,
                hour
        ) AS counted
        GROUP BY
            kind,
            hour
    ) AS hours
    WINDOW running AS (PARTITION BY kind ORDER BY hour ASC)
    UNION ALL
    SELECT
        arrayJoin([{period_start:DateTime('UTC')}, now('UTC')]) AS moment,
        'порог' AS name,
        {maximum_duplicate_ratio:Float64} AS duplicate_ratio
) AS trend
WHERE moment >= {period_start:DateTime('UTC')}
ORDER BY
    moment ASC,
    name ASC
