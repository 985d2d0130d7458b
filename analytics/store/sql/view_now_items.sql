-- The table items, as it is after this commit.
-- Reads: the files in the variable now_items. Params: none. Returns: the table's rows.
CREATE OR REPLACE TEMP VIEW now_items AS SELECT * FROM read_parquet(getvariable('now_items'));
