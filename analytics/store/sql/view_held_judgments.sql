-- The table judgments, as it was before this commit.
-- Reads: the files in the variable held_judgments. Params: none. Returns: the table's rows.
CREATE OR REPLACE TEMP VIEW held_judgments AS SELECT * FROM read_parquet(getvariable('held_judgments'));
