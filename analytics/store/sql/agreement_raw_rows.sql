-- The judgments of one criterion as they came, nothing selected but by the scope: what a check starts from.
-- Reads: judgments, items, guidelines, trainers. Params: $criterion_code.
-- Returns: item_id, topic, language, version (NULL where there is none), version_code, trainer_id, team, kind, label, status,
--          round, batch, judged_at; grain: one judgment, ordered by item and trainer. Additive.
SELECT i.item_id, i.topic, i.language, g.version, j.version_code, t.trainer_id, t.team, t.kind, j.label, j.status, j.round,
       j.batch, j.judged_at
FROM judgments j
JOIN items i USING (item_code)
JOIN trainers t USING (trainer_code)
LEFT JOIN guidelines g USING (version_code)
WHERE j.criterion_code = $criterion_code
ORDER BY i.item_id, j.version_code, t.trainer_id, j.round;
