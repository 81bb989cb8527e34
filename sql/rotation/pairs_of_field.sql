-- How many stored pairs are ciphertexts of a field.
SELECT count() AS pairs
FROM mart.rotated_values
WHERE field = {field:String}
