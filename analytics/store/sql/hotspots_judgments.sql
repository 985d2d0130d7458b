-- The judgments of one criterion that agreement rests on, by unit (item under one guideline version).
-- Reads: peers. Params: $criterion_code, $one_in (keeps one item in so many, by its number).
-- Returns: unit, trainer_code, label_code, duration_s; grain: one judgment, sorted by unit and trainer. Additive.
SELECT unit, trainer_code, label_code, duration_s
FROM peers
WHERE criterion_code = $criterion_code AND label_code IS NOT NULL AND item_code % $one_in::INTEGER = 0
ORDER BY unit, trainer_code;
