-- The table criteria, as the new file has it.
-- Reads: the files in the variable staged_criteria. Params: none. Returns: the table's rows.
CREATE OR REPLACE TEMP VIEW staged_criteria AS SELECT * FROM read_parquet(getvariable('staged_criteria'));
