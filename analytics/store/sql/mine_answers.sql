-- The viewer's own counted answers, with gold where there is some.
-- Reads: peers, some_criteria, items, gold. Params: none.
-- Returns: criterion_code, item_code, unit, label, gold, judged_at, duration_s, confidence; grain: one judgment, newest
--          first. Additive.
SELECT p.criterion_code, p.item_code, p.unit, p.label, g.label AS gold, p.judged_at, p.duration_s, p.confidence
FROM peers p
JOIN some_criteria c USING (criterion_code)
JOIN items i USING (item_code)
LEFT JOIN gold g ON g.project = c.project AND g.criterion = c.criterion AND g.item_id = i.item_id
WHERE p.label IS NOT NULL
ORDER BY p.judged_at DESC NULLS LAST, p.criterion_code, p.unit;
