-- aggregate: what others say where the viewer says something else.
-- Who sees what: shares in steps of 5 %, only of answers that at least as many others gave as the privacy floor asks; the
--   share who agree is not among them, so nothing can be had by subtraction.
-- Reads: pool, peers, models, some_trainers. Params: none.
-- Returns: criterion_code, mine, theirs (label codes), n (the viewer's judgments with that label that others judged too, at
--          least 10), share (of the others' answers to those items), n_trainers (others who gave `theirs`);
--          grain: criterion x mine x theirs. Not additive.
WITH own AS (
    SELECT criterion_code, item_code, version_code, label_code AS mine FROM peers WHERE label_code IS NOT NULL
), others AS (
    SELECT o.criterion_code, o.item_code, o.version_code, o.mine, p.label_code AS theirs, p.trainer_code,
           1.0 / count(*) OVER (PARTITION BY o.criterion_code, o.item_code, o.version_code) AS part
    FROM own o JOIN pool p USING (criterion_code, item_code, version_code)
    WHERE p.status = 'submitted' AND p.round = 1 AND p.label_code IS NOT NULL
      AND p.trainer_code NOT IN (SELECT trainer_code FROM models)
      AND p.trainer_code NOT IN (SELECT trainer_code FROM some_trainers)
), whole AS (
    SELECT criterion_code, mine, count(DISTINCT item_code::BIGINT * 65536 + version_code) AS n
    FROM others GROUP BY criterion_code, mine
)
SELECT o.criterion_code, o.mine, o.theirs, w.n::BIGINT AS n, round(round(sum(o.part) / w.n / 0.05) * 0.05, 6) AS share,
       (count(DISTINCT o.trainer_code) // 5 * 5)::BIGINT AS n_trainers
FROM others o JOIN whole w USING (criterion_code, mine)
WHERE o.mine <> o.theirs AND w.n >= 10
GROUP BY o.criterion_code, o.mine, o.theirs, w.n
HAVING sum(o.part) / w.n >= 0.075
ORDER BY o.criterion_code, share DESC, o.mine, o.theirs;
