-- Removes the rows that other rules than today's made of a slice of RAW.
-- For each kind
-- Variables: slice, the slice's condition.
DELETE FROM mart.{{ kind.singular }}_versions
WHERE {{ slice }} AND cleaned_by != shop_rules()
