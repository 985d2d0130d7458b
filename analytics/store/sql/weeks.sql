-- What came in week by week, and how often it agreed with gold.
-- Reads: judgments, peers, items, some_criteria, gold. Params: none.
-- Returns: week DATE (its Monday), n_judgments, n_items, n_trainers, n_gold, n_gold_right; grain: one week.
--          Additive but for n_items, n_trainers.
SELECT date_trunc('week', j.judged_at)::DATE AS week,
       count(*)::BIGINT AS n_judgments,
       count(DISTINCT j.item_code)::BIGINT AS n_items,
       count(DISTINCT j.trainer_code)::BIGINT AS n_trainers,
       count(g.label)::BIGINT AS n_gold,
       count(*) FILTER (g.label = j.label)::BIGINT AS n_gold_right
FROM peers j
JOIN items i USING (item_code)
JOIN some_criteria c USING (criterion_code)
LEFT JOIN gold g ON g.project = c.project AND g.criterion = c.criterion AND g.item_id = i.item_id
WHERE j.judged_at IS NOT NULL
GROUP BY week
ORDER BY week;
