-- The table trainers, as it is after this commit.
-- Reads: the files in the variable now_trainers. Params: none. Returns: the table's rows.
CREATE OR REPLACE TEMP VIEW now_trainers AS SELECT * FROM read_parquet(getvariable('now_trainers'));
