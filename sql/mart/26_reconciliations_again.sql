-- Forgets what was compared before MART judged the source time of a message: the next reconciliation compares all of
-- RAW once, and so removes the rows that a forged time keeps in MART.
ALTER TABLE mart.reconciliations{{ on_cluster }}
DELETE
WHERE next_offset >= 0
