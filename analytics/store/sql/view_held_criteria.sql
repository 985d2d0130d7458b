-- The table criteria, as it was before this commit.
-- Reads: the files in the variable held_criteria. Params: none. Returns: the table's rows.
CREATE OR REPLACE TEMP VIEW held_criteria AS SELECT * FROM read_parquet(getvariable('held_criteria'));
