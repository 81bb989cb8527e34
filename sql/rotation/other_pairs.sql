-- How many pairs of a rotation that was not finished have a newer ciphertext of another key. prefix: how
-- the ciphertexts of the first key begin.
SELECT count() AS pairs
FROM mart.rotated_values
WHERE NOT startsWith(newer, {prefix:String})
