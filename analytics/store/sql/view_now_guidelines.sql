-- The table guidelines, as it is after this commit.
-- Reads: the files in the variable now_guidelines. Params: none. Returns: the table's rows.
CREATE OR REPLACE TEMP VIEW now_guidelines AS SELECT * FROM read_parquet(getvariable('now_guidelines'));
