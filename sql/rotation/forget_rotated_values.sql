-- Removes some pairs from the stored ones, by the older ciphertexts.
ALTER TABLE mart.rotated_values{{ on_cluster }}
DELETE WHERE older IN {older:Array(String)}  -- noqa: LT14
SETTINGS mutations_sync = 2
