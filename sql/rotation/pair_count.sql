-- How many pairs there are: stored ones, and those that the views show.
SELECT (SELECT count() FROM mart.rotated_values) + (SELECT count() FROM mart.current_values) AS pairs
