-- How many entries of the audit name a record by an id under a key.
SELECT count() AS entries
FROM audit.decryptions
WHERE startsWith(id, {prefix:String})
