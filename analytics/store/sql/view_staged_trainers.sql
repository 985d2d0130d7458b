-- The table trainers, as the new file has it.
-- Reads: the files in the variable staged_trainers. Params: none. Returns: the table's rows.
CREATE OR REPLACE TEMP VIEW staged_trainers AS SELECT * FROM read_parquet(getvariable('staged_trainers'));
