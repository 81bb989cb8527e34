-- Inserts a block of messages into a RAW table, unless a newer writer has a token. The rows follow the statement
-- as an Arrow file. Some releases of ClickHouse honour a deduplication token only if the rows come in a certain order:
-- they are sorted by all columns, and by the first, the offset, which decides alone.
-- For each kind
-- Variables: columns and their types, the offset first; writer, a fencing token, which is hexadecimal; refusal, the
-- error's text.
-- The linter takes ALL and Arrow for identifiers, and the columns are one line:
-- noqa: disable=CP01,CP02,LT09
INSERT INTO raw.{{ kind.name }} ({{ columns | join(', ') }})
SELECT {{ columns | join(', ') }}
FROM input('{% for name, type in columns.items() %}{{ name }} {{ type }}{{ '' if loop.last else ', ' }}{% endfor %}')
WHERE
    throwIf((SELECT tupleElement(max((generation, writer)), 2) FROM raw.writers) != '{{ writer }}', '{{ refusal }}') = 0
ORDER BY ALL
FORMAT Arrow
