-- The table criteria of this snapshot.
-- Reads: files in the variable files_criteria. Params: none. Returns: the table's rows.
CREATE TEMP VIEW criteria AS SELECT * FROM read_parquet(getvariable('files_criteria'));
