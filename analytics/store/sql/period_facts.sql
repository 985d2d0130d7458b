-- Items and answers on gold in each period.
-- Reads: peers, items, some_criteria, gold. Params: $edges TIMESTAMPTZ[] (as in counts_by_period; NULL: one period, 1).
-- Returns: period INTEGER, n_items (distinct), n_gold, n_gold_right; grain: one period. n_gold, n_gold_right are additive.
SELECT CASE WHEN $edges::TIMESTAMPTZ[] IS NULL THEN 1
            ELSE list_count(list_filter($edges::TIMESTAMPTZ[], lambda e: e <= j.judged_at)) - 1 END::INTEGER AS period,
       count(DISTINCT j.item_code)::BIGINT AS n_items,
       count(g.label)::BIGINT AS n_gold,
       count(*) FILTER (g.label = j.label)::BIGINT AS n_gold_right
FROM peers j
JOIN items i USING (item_code)
JOIN some_criteria c USING (criterion_code)
LEFT JOIN gold g ON g.project = c.project AND g.criterion = c.criterion AND g.item_id = i.item_id
WHERE $edges::TIMESTAMPTZ[] IS NULL
   OR (j.judged_at >= list_min($edges::TIMESTAMPTZ[]) AND j.judged_at < list_max($edges::TIMESTAMPTZ[]))
GROUP BY period
ORDER BY period;
