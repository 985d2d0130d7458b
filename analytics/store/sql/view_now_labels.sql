-- The table labels, as it is after this commit.
-- Reads: the files in the variable now_labels. Params: none. Returns: the table's rows.
CREATE OR REPLACE TEMP VIEW now_labels AS SELECT * FROM read_parquet(getvariable('now_labels'));
