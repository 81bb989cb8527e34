-- Removes the rejects of a slice of RAW.
-- For each kind
-- Variables: slice, the slice's condition.
DELETE FROM mart.reject_versions
WHERE kind = '{{ kind.name }}' AND {{ slice }}
