-- The table labels of this snapshot.
-- Reads: files in the variable files_labels. Params: none. Returns: the table's rows.
CREATE TEMP VIEW labels AS SELECT * FROM read_parquet(getvariable('files_labels'));
