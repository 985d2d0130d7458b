-- The counted judgments of one criterion as codes, for labels to train on.
-- Reads: peers. Params: $criterion_code.
-- Returns: unit, trainer_code, label_code; grain: one judgment, ordered by unit and trainer. Additive.
SELECT unit, trainer_code, label_code FROM peers
WHERE criterion_code = $criterion_code AND label_code IS NOT NULL
ORDER BY unit, trainer_code;
