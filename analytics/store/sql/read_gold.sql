-- Gold of this snapshot in the scope's projects; for a trainer, on items they have judged alone, or it would be a crib.
-- Reads: files in the variables files_gold, files_judgments, files_items; everyone. Params: none. Returns: the table's rows.
CREATE TEMP VIEW gold AS
SELECT * FROM read_parquet(getvariable('files_gold'))
WHERE (getvariable('scope_projects') IS NULL OR list_contains(getvariable('scope_projects'), project))
  AND (getvariable('viewer') IS NULL OR (project, item_id) IN (
        SELECT (i.project, i.item_id)
        FROM read_parquet(getvariable('files_items')) i
        JOIN read_parquet(getvariable('files_judgments')) j USING (item_code)
        JOIN everyone e USING (trainer_code)
        WHERE e.trainer_id = getvariable('viewer')));
