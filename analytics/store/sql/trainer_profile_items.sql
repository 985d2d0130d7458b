-- What one trainer said of some items on one criterion, with text and rationale.
-- Reads: peers, items. Params: $criterion_code, $trainer_code, $item_codes INTEGER[].
-- Returns: item_code, unit, item_id, prompt, sensitive, label, rationale, judged_at; grain: one judgment. Additive.
SELECT p.item_code, p.unit, i.item_id, i.prompt, i.sensitive, p.label, p.rationale, p.judged_at
FROM peers p JOIN items i USING (item_code)
WHERE p.criterion_code = $criterion_code AND p.trainer_code = $trainer_code AND list_contains($item_codes, p.item_code)
ORDER BY p.unit;
