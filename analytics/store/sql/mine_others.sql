-- aggregate: what the others answered to items the viewer judged, as counts without names.
-- Who sees what: the viewer's own answer is left out, and items with fewer others than the privacy floor have no row.
--   A narrower choice of days, batches, topics or languages would show by subtraction who came later: under such filters
--   there are no rows at all; ask without them.
-- Reads: pool, peers, models, some_trainers. Params: none.
-- Returns: criterion_code, unit, labels VARCHAR[] (sorted), n_trainers (the others); grain: criterion x unit. Not additive.
SELECT p.criterion_code, p.item_code::BIGINT * 65536 + p.version_code AS unit, list_sort(list(p.label)) AS labels,
       count(DISTINCT p.trainer_code)::BIGINT AS n_trainers
FROM pool p
SEMI JOIN (SELECT criterion_code, item_code, version_code FROM peers WHERE label_code IS NOT NULL)
    USING (criterion_code, item_code, version_code)
WHERE p.status = 'submitted' AND p.round = 1 AND p.label_code IS NOT NULL
  AND p.trainer_code NOT IN (SELECT trainer_code FROM models)
  AND p.trainer_code NOT IN (SELECT trainer_code FROM some_trainers)
  AND getvariable('since') IS NULL AND getvariable('until') IS NULL AND getvariable('batches') IS NULL
  AND getvariable('topics') IS NULL AND getvariable('languages') IS NULL
GROUP BY p.criterion_code, p.item_code, p.version_code
ORDER BY p.criterion_code, unit;
