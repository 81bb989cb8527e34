-- By which rules a version was read for its identity (cleaned_by of the version), '' for rows that are older than this
-- column: when other rules read the same version as something else, that is no other use of its id.
ALTER TABLE mart.document_identities{{ on_cluster }}
ADD COLUMN IF NOT EXISTS cleaned_by LowCardinality(String)
