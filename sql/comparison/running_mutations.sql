-- How many mutations of RAW and MART are under way: a part that one has rewritten has its version already, the others
-- have not, so that a result found now could be of half of it.
SELECT count() AS mutations
FROM system.mutations
WHERE NOT is_done AND database IN ('raw', 'mart')
