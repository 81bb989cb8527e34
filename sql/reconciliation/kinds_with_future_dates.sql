-- The kinds of the documents that MART once rejected for dates in the future alone; normally none. It costs a hundredth
-- of due_rejects, which ClickHouse analyses for a quarter of a second.
{% from 'macros/future_dates.sql' import rejected_for_future_dates %}
SELECT DISTINCT kind
FROM mart.reject_versions
WHERE
    id != ''
    AND {{ rejected_for_future_dates() | indent(4) }}
