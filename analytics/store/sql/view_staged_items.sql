-- The table items, as the new file has it.
-- Reads: the files in the variable staged_items. Params: none. Returns: the table's rows.
CREATE OR REPLACE TEMP VIEW staged_items AS SELECT * FROM read_parquet(getvariable('staged_items'));
