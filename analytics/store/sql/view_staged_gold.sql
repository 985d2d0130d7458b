-- The table gold, as the new file has it.
-- Reads: the files in the variable staged_gold. Params: none. Returns: the table's rows.
CREATE OR REPLACE TEMP VIEW staged_gold AS SELECT * FROM read_parquet(getvariable('staged_gold'));
