-- The judgments agreement rests on, models' judgments left out. Reads: judgments, models. Params: none.
-- Returns: temp view peers; grain: one judgment, unit = item under one guideline version. Additive.
CREATE TEMP VIEW peers AS
SELECT *, item_code::BIGINT * 65536 + version_code AS unit FROM judgments
WHERE status = 'submitted' AND round = 1 AND trainer_code NOT IN (SELECT trainer_code FROM models);
