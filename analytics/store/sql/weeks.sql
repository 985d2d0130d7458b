-- What came in week by week, how much of it was judged twice, and how often it agreed with gold.
-- Reads: peers, items, some_criteria, gold. Params: none.
-- Returns: week DATE (its Monday), n_judgments, n_items, n_trainers, n_units (items per criterion), n_units_paired (those
--          with two or more judgments in the week), n_gold, n_gold_right; grain: one week.
--          n_judgments, n_gold and n_gold_right are additive.
WITH dated AS (
    SELECT date_trunc('week', j.judged_at)::DATE AS week, j.criterion_code, j.unit, j.item_code, j.trainer_code, j.label,
           g.label AS gold
    FROM peers j
    JOIN items i USING (item_code)
    JOIN some_criteria c USING (criterion_code)
    LEFT JOIN gold g ON g.project = c.project AND g.criterion = c.criterion AND g.item_id = i.item_id
    WHERE j.judged_at IS NOT NULL
), units AS (
    SELECT week, count(*)::BIGINT AS n_units, count(*) FILTER (m > 1)::BIGINT AS n_units_paired
    FROM (SELECT week, criterion_code, unit, count(*) AS m FROM dated GROUP BY week, criterion_code, unit)
    GROUP BY week
)
SELECT week,
       count(*)::BIGINT AS n_judgments,
       count(DISTINCT item_code)::BIGINT AS n_items,
       count(DISTINCT trainer_code)::BIGINT AS n_trainers,
       any_value(n_units) AS n_units,
       any_value(n_units_paired) AS n_units_paired,
       count(gold)::BIGINT AS n_gold,
       count(*) FILTER (gold = label)::BIGINT AS n_gold_right
FROM dated JOIN units USING (week)
GROUP BY week
ORDER BY week;
