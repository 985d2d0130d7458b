-- The table guidelines, as it was before this commit.
-- Reads: the files in the variable held_guidelines. Params: none. Returns: the table's rows.
CREATE OR REPLACE TEMP VIEW held_guidelines AS SELECT * FROM read_parquet(getvariable('held_guidelines'));
