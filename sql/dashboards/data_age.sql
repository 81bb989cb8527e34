-- The age of the newest data of each stage in hours, and a colour: green within the limit, red beyond it.
-- Reads: quality/data_age
SELECT
    transform(stage, {stage_codes:Array(String)}, {stage_titles:Array(String)}, stage) AS name,
    age_hours,
    if(age_hours > {maximum_data_age_hours:Float64}, 'red', 'green') AS color
FROM data_age
ORDER BY stage DESC
