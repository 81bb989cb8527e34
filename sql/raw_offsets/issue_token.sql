-- Makes a writer the newest one of RAW: blocks of earlier ones are refused from now on.
INSERT INTO raw.writers (generation, writer)
SELECT
    max(generation) + 1 AS generation,
    {writer:String} AS writer
FROM raw.writers
