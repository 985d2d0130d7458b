-- The table gold, as it was before this commit.
-- Reads: the files in the variable held_gold. Params: none. Returns: the table's rows.
CREATE OR REPLACE TEMP VIEW held_gold AS SELECT * FROM read_parquet(getvariable('held_gold'));
