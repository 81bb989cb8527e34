-- The number of documents of a kind in MART, and a colour that says whether it is as expected: at least the minimum, at
-- most the maximum. A bound of 0 means none; without any the colour is blue.
-- Reads: quality/mart_documents
SELECT
    {title:String} AS name,
    toInt64(documents) AS documents,
    multiIf(
        {minimum:UInt64} = 0 AND {maximum:UInt64} = 0, 'blue',
        documents < {minimum:UInt64}, 'red',
        {maximum:UInt64} > 0 AND documents > {maximum:UInt64}, 'red',
        'green'
    ) AS color
FROM mart_documents
WHERE kind = {kind:String}
