-- The counted judgments whose labels are free text.
-- Reads: peers, some_criteria. Params: none.
-- Returns: criterion_code, unit, trainer_code, label, judged_at; grain: one judgment. Additive.
SELECT criterion_code, unit, trainer_code, label, judged_at
FROM peers SEMI JOIN (SELECT criterion_code FROM some_criteria WHERE level = 'text') USING (criterion_code)
WHERE label IS NOT NULL
ORDER BY criterion_code, unit, trainer_code;
