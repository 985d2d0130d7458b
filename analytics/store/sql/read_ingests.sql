-- The table ingests of this snapshot.
-- Reads: files in the variable files_ingests. Params: none. Returns: the table's rows.
CREATE TEMP VIEW ingests AS SELECT * FROM read_parquet(getvariable('files_ingests'));
