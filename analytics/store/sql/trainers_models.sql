-- What models said with which confidence, on one criterion. Reads: judgments, models. Params: $criterion_code.
-- Returns: unit, trainer_code, label_code, confidence; grain: one judgment of a model, sorted. Additive.
SELECT item_code::BIGINT * 65536 + version_code AS unit, trainer_code, label_code, confidence
FROM judgments
WHERE criterion_code = $criterion_code AND status = 'submitted' AND round = 1 AND label_code IS NOT NULL
  AND confidence IS NOT NULL AND trainer_code IN (SELECT trainer_code FROM models)
ORDER BY ALL;
