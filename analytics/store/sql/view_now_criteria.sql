-- The table criteria, as it is after this commit.
-- Reads: the files in the variable now_criteria. Params: none. Returns: the table's rows.
CREATE OR REPLACE TEMP VIEW now_criteria AS SELECT * FROM read_parquet(getvariable('now_criteria'));
