-- The table guidelines, as the new file has it.
-- Reads: the files in the variable staged_guidelines. Params: none. Returns: the table's rows.
CREATE OR REPLACE TEMP VIEW staged_guidelines AS SELECT * FROM read_parquet(getvariable('staged_guidelines'));
