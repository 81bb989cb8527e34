-- The pairs of mart.rotated_values in memory, for joinGet. All of them come at once: from then on the views show the
-- newer ciphertext for the older one, so that equal values are equal whatever has moved. Empty otherwise.
CREATE TABLE IF NOT EXISTS mart.current_values{{ on_cluster }}
(
    older String,
    newer String
)
ENGINE = Join(ANY, LEFT, older)  -- noqa: PRS
