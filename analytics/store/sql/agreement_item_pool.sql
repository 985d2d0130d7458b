-- aggregate: how a whole team labelled one item, for viewers who may not see who said what.
-- What: labels of one item by criterion and guideline version, as counts.
-- Reads: pool, judgments, some_criteria, models. Params: $item_code.
-- Returns: criterion, version_code, labels VARCHAR[] (sorted), n_trainers; grain: criterion x version, only criteria on
--          which the viewer may see a judgment. Additive.
SELECT c.criterion, p.version_code, list_sort(list(p.label)) AS labels,
       count(DISTINCT p.trainer_code)::BIGINT AS n_trainers
FROM pool p
JOIN some_criteria c USING (criterion_code)
WHERE p.item_code = $item_code AND p.status = 'submitted' AND p.round = 1
  AND p.trainer_code NOT IN (SELECT trainer_code FROM models)
  AND p.criterion_code IN (SELECT criterion_code FROM judgments WHERE item_code = $item_code)
GROUP BY c.criterion, p.version_code;
