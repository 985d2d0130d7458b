-- Judgments that a later commit replaced, of the people this viewer may see.
-- Reads: files in the variable files_superseded; everyone; scope_trainers. Params: none. Returns: the table's rows.
CREATE TEMP VIEW superseded AS
SELECT * FROM read_parquet(getvariable('files_superseded'))
WHERE getvariable('scope_trainers') IS NULL
   OR trainer_code IN (SELECT trainer_code FROM everyone
                       WHERE list_contains(getvariable('scope_trainers'), trainer_id));
