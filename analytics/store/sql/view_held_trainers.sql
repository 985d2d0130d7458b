-- The table trainers, as it was before this commit.
-- Reads: the files in the variable held_trainers. Params: none. Returns: the table's rows.
CREATE OR REPLACE TEMP VIEW held_trainers AS SELECT * FROM read_parquet(getvariable('held_trainers'));
