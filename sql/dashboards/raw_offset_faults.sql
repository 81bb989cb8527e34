-- How many offsets of each kind RAW has twice or cannot account for, and a colour: green when there are none.
-- Reads: quality/offset_faults
SELECT
    transform(kind, {kind_codes:Array(String)}, {kind_titles:Array(String)}, kind) AS name,
    toInt64(faulty_offsets) AS faulty_offsets,
    if(faulty_offsets > 0, 'red', 'green') AS color
FROM offset_faults
ORDER BY kind
