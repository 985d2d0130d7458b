-- The items of this snapshot that the scope's projects hold.
-- Reads: files in the variable files_items; scope_projects. Params: none. Returns: the table's rows.
CREATE TEMP VIEW items AS
SELECT * FROM read_parquet(getvariable('files_items'))
WHERE getvariable('scope_projects') IS NULL OR list_contains(getvariable('scope_projects'), project);
