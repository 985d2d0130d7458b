-- Every judgment of one item that this viewer may see, of every criterion, status, round and kind of trainer.
-- Reads: judgments, some_criteria, trainers, guidelines, models, gold. Params: $item_code, $item_id.
-- Returns: criterion, criterion_code, trainer_code, trainer_id, display_name, team, is_model, label, gold, status, round,
--          judged_at, duration_s, confidence, rationale, guideline_version, batch, source, source_row; grain: one judgment,
--          ordered by criterion and time. Additive.
SELECT c.criterion, j.criterion_code, j.trainer_code, t.trainer_id, t.display_name, t.team,
       j.trainer_code IN (SELECT trainer_code FROM models) AS is_model,
       j.label, o.label AS gold, j.status, j.round, j.judged_at, j.duration_s, j.confidence, j.rationale,
       g.version AS guideline_version, j.batch, j.source, j.source_row
FROM judgments j
JOIN some_criteria c USING (criterion_code)
JOIN trainers t USING (trainer_code)
LEFT JOIN guidelines g USING (version_code)
LEFT JOIN gold o ON o.project = c.project AND o.criterion = c.criterion AND o.item_id = $item_id
WHERE j.item_code = $item_code
ORDER BY c.criterion, j.judged_at NULLS LAST, t.display_name, j.round;
