-- The counted judgments of one criterion, for comparing groups of trainers.
-- Reads: peers. Params: $criterion_code.
-- Returns: unit, trainer_code, label_code; grain: one judgment. Additive.
SELECT unit, trainer_code, label_code FROM peers
WHERE criterion_code = $criterion_code AND label_code IS NOT NULL
ORDER BY unit, trainer_code;
