-- Removes what an id stood for, except for what it stands for now and the row that an operator accepted it.
-- For each kind
ALTER TABLE mart.document_identities{{ on_cluster }}
DELETE WHERE kind = '{{ kind.name }}' AND id = {id:String} AND identity NOT IN ({identity:String}, '')  -- noqa: LT14
SETTINGS mutations_sync = 2
