-- How many lines of the purchases that MART shows were left out as voided.
SELECT sum(voided_lines) AS voided_lines
FROM mart.purchase_versions FINAL
