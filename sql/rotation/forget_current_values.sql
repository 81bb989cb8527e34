-- Removes some pairs from those that the views show, by the older ciphertexts.
ALTER TABLE mart.current_values{{ on_cluster }}
DELETE WHERE older IN {older:Array(String)}  -- noqa: LT14
SETTINGS mutations_sync = 2
