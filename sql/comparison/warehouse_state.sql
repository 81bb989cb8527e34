-- A number that stands for all rows of RAW and MART and for what views and functions make of them: the tables with the
-- times of their definitions, and of each the number of its rows, its newest block and its newest mutation; and the
-- migrations. Every insert gets a new block and every mutation a new version; lost rows change the number of rows, and
-- merges only make a result be found again. 0 on replicas, each of which has parts of its own, and where results have
-- no table yet. The tables that are left out belong to runs and days, and no query about documents reads them.
-- Variables: left_out, the names of tables.
WITH newest_parts AS (
    SELECT
        parts.database AS database_name,
        parts.table AS table_name,
        sum(parts.`rows`) AS row_count,
        max(parts.max_block_number) AS newest_block,
        max(parts.data_version) AS newest_mutation
    FROM system.parts AS parts
    WHERE parts.active AND parts.database IN ('raw', 'mart')
    GROUP BY
        database_name,
        table_name
)

SELECT
    if(
        countIf(startsWith(tables.engine, 'Replicated')) > 0
        OR (
            SELECT count() FROM system.tables AS results
            WHERE results.database = 'raw' AND results.name = 'query_results'
        ) = 0,
        0,
        sipHash64(
            arraySort(
                groupArray(
                    (
                        tables.database,
                        tables.name,
                        tables.uuid,
                        tables.metadata_modification_time,
                        parts.row_count,
                        parts.newest_block,
                        parts.newest_mutation
                    )
                )
            ),
            (
                SELECT arraySort(groupArray((migrations.name, migrations.fingerprint)))
                FROM raw.migrations AS migrations FINAL
            ),
            version()
        )
    ) AS state
FROM system.tables AS tables
LEFT JOIN newest_parts AS parts ON tables.database = parts.database_name AND tables.name = parts.table_name
WHERE
    tables.database IN ('raw', 'mart')
    AND NOT match(tables.name, '^({{ left_out | join('|') }})')
