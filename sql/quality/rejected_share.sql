-- The share of rejected documents of each kind: rejected / (shown + rejected); 0 for a kind without documents.
-- Reads: quality/mart_documents
SELECT
    kind,
    documents,
    rejected,
    if(documents + rejected = 0, 0, rejected / (documents + rejected)) AS rejected_share
FROM mart_documents
ORDER BY kind
