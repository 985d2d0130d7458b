-- Gold that this viewer may see, of the selected criteria.
-- Reads: gold, some_criteria. Params: none.
-- Returns: project, item_id, criterion, label, since; grain: one gold answer. Additive.
SELECT g.project, g.item_id, g.criterion, g.label, g.since
FROM gold g SEMI JOIN some_criteria USING (project, criterion)
ORDER BY ALL;
