-- What was read of a purchase besides its fields: whether it has a time and not a day alone, and how many of its lines
-- were voided.
ALTER TABLE mart.purchase_versions{{ on_cluster }}
ADD COLUMN IF NOT EXISTS purchase_has_time Bool DEFAULT true,
ADD COLUMN IF NOT EXISTS voided_lines UInt32
