-- The table judgments, as the new file has it.
-- Reads: the files in the variable staged_judgments. Params: none. Returns: the table's rows.
CREATE OR REPLACE TEMP VIEW staged_judgments AS SELECT * FROM read_parquet(getvariable('staged_judgments'));
