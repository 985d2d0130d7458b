-- The table items, as it was before this commit.
-- Reads: the files in the variable held_items. Params: none. Returns: the table's rows.
CREATE OR REPLACE TEMP VIEW held_items AS SELECT * FROM read_parquet(getvariable('held_items'));
