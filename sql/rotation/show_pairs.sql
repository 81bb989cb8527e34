-- Makes the views show the newer ciphertext of each stored pair for the older one, of all pairs at once.
CREATE OR REPLACE TABLE mart.current_values{{ on_cluster }}
(
    older String,
    newer String
)
ENGINE = Join(ANY, LEFT, older)  -- noqa: PRS
AS SELECT
    older,
    newer
FROM mart.rotated_values FINAL
