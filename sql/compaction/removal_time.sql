-- The removed_at of the next compaction: later than every earlier one, even if the clock was set back. Of two rows for
-- one offset, ClickHouse keeps the newer.
SELECT toString(greatest(now64(6, 'UTC'), max(removed_at) + toIntervalMicrosecond(1))) AS removed_at
FROM raw.removed_copies
