-- The age of the newest thing of each stage in hours, and the colour that says whether the limit is kept.
-- Reads: quality/data_age
SELECT
    transform(stage, {stage_codes:Array(String)}, {stage_titles:Array(String)}, stage) AS name,
    age_hours,
    if(age_hours > {maximum_data_age_hours:Float64}, 'red', 'green') AS color
FROM data_age
ORDER BY stage DESC
