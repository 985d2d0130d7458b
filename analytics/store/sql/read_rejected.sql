-- Rows that were set aside; they may hold anybody's work, so nobody sees them whose scope is limited to some people.
-- Reads: files in the variable files_rejected; scope_trainers, scope_teams. Params: none. Returns: the table's rows.
CREATE TEMP VIEW rejected AS
SELECT * FROM read_parquet(getvariable('files_rejected'))
WHERE getvariable('scope_trainers') IS NULL AND getvariable('scope_teams') IS NULL;
