-- Ids of a kind that differ only by blanks, invisible characters, or zeros before a number: two documents until
-- somebody says otherwise. 'c-1' and 'c-01', 'ab 1' and 'ab1'; not '1.5' and '1.05'.
SELECT
    kind,
    arraySort(groupUniqArray(id)) AS ids
FROM (
    {% for kind in kinds %}
    SELECT
        '{{ kind.name }}' AS kind,
        id,
        replaceRegexpAll(
            replaceAll(coalesce(shop_name(id), ''), ' ', ''), '(^|[^0-9.,]|[^0-9][.,])0+([0-9])', '\\1\\2'
        ) AS folded_id
    FROM mart.{{ kind.singular }}_versions FINAL
    {% if not loop.last %}
    UNION ALL
    {% endif %}
    {% endfor %}
) AS documents
GROUP BY
    kind,
    folded_id
HAVING length(ids) > 1
ORDER BY
    kind,
    ids
