-- The known answers of the selected criteria, by the items' numbers.
-- Reads: gold, items, some_criteria. Params: none.
-- Returns: criterion_code, item_code, item_id, label; grain: one gold answer, sorted. Additive.
SELECT c.criterion_code, i.item_code, any_value(i.item_id) AS item_id, any_value(g.label) AS label
FROM gold g JOIN some_criteria c USING (project, criterion) JOIN items i USING (project, item_id)
GROUP BY c.criterion_code, i.item_code
ORDER BY ALL;
