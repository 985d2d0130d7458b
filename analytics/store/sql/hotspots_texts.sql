-- The full texts of some items, for tasks that go back into an annotation tool.
-- Reads: items, some_criteria. Params: $criterion_code, $item_ids VARCHAR[].
-- Returns: item_id, prompt, responses (JSON), topic, language, guideline_section, sensitive; grain: one item. Additive.
SELECT i.item_id, i.prompt, i.responses, i.topic, i.language, i.guideline_section, i.sensitive
FROM items i JOIN some_criteria c USING (project)
WHERE c.criterion_code = $criterion_code AND list_contains($item_ids::VARCHAR[], i.item_id)
ORDER BY i.item_id;
