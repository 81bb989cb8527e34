-- Removes the pairs that other_pairs counts.
ALTER TABLE mart.rotated_values{{ on_cluster }}
DELETE WHERE NOT startsWith(newer, {prefix:String})  -- noqa: LT14
SETTINGS mutations_sync = 2
