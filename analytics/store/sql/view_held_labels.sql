-- The table labels, as it was before this commit.
-- Reads: the files in the variable held_labels. Params: none. Returns: the table's rows.
CREATE OR REPLACE TEMP VIEW held_labels AS SELECT * FROM read_parquet(getvariable('held_labels'));
