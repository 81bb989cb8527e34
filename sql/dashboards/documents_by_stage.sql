-- Documents of each kind: messages in RAW, documents in RAW that are not deleted, shown in MART, rejected, excluded.
-- Reads: quality/raw_documents, quality/mart_documents, quality/excluded_documents
SELECT
    transform(
        mart_documents.kind, {kind_codes:Array(String)}, {kind_titles:Array(String)}, mart_documents.kind
    ) AS kind,
    toInt64(raw_documents.messages) AS raw_messages,
    toInt64(raw_documents.documents) AS raw_living,
    toInt64(mart_documents.documents) AS mart_shown,
    toInt64(mart_documents.rejected) AS mart_rejected,
    toInt64(excluded_documents.documents) AS mart_excluded
FROM mart_documents
LEFT JOIN raw_documents ON mart_documents.kind = raw_documents.kind
LEFT JOIN excluded_documents ON mart_documents.kind = excluded_documents.kind
ORDER BY
    mart_shown DESC,
    mart_documents.kind ASC
