-- The payload of a reject, as in RAW: the same in all its rows.
SELECT any(toValidUTF8(payload)) AS payload
FROM mart.rejects
WHERE reject_id = {reject_id:String}
GROUP BY reject_id
