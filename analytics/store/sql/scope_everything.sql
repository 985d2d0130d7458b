-- Every judgment in the scope's projects that the filters on judgments select. No query reads this view directly.
-- Reads: files in the variable files_judgments; some_criteria, some_versions; variables since, until, batches.
-- Params: none. Returns: temp view everything; grain: one judgment. Additive.
CREATE TEMP VIEW everything AS
SELECT * FROM read_parquet(getvariable('files_judgments'))
WHERE criterion_code IN (SELECT criterion_code FROM some_criteria)
  AND (getvariable('since') IS NULL OR judged_at >= getvariable('since')::TIMESTAMPTZ)
  AND (getvariable('until') IS NULL OR judged_at < (getvariable('until') + INTERVAL 1 DAY)::TIMESTAMPTZ)
  AND (getvariable('batches') IS NULL OR list_contains(getvariable('batches'), batch))
  AND (getvariable('guideline_versions') IS NULL OR list_contains((SELECT list(version_code) FROM some_versions), version_code));
