-- Which of these views MART has.
SELECT name
FROM system.tables
WHERE database = 'mart' AND name IN {views:Array(String)}
