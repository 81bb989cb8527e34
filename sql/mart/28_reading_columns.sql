-- How each version was read: values that are there and could not be read, with the shape of each; why the document does
-- not count if it is no sale or was marked as deleted, otherwise ''; fields that the model does not have; and the rules
-- it was cleaned by, '' for rows that are older than these columns.
-- For each kind
ALTER TABLE mart.{{ kind.singular }}_versions{{ on_cluster }}
ADD COLUMN IF NOT EXISTS unread Array(Tuple(field String, reason String, example String)),  -- noqa: CP01
ADD COLUMN IF NOT EXISTS excluded LowCardinality(String),
ADD COLUMN IF NOT EXISTS unknown_fields Array(LowCardinality(String)),
ADD COLUMN IF NOT EXISTS cleaned_by LowCardinality(String)
