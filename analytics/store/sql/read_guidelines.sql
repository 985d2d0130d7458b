-- The table guidelines of this snapshot.
-- Reads: files in the variable files_guidelines. Params: none. Returns: the table's rows.
CREATE TEMP VIEW guidelines AS SELECT * FROM read_parquet(getvariable('files_guidelines'));
