-- One trainer's rationales, one row for a text given on several criteria of one item.
-- Reads: peers, items, some_criteria. Params: $trainer_code, $most (rows at most, the newest kept).
-- Returns: item_code, item_id, rationale, criteria (names), judged_at; grain: item x text. Not additive.
SELECT p.item_code, i.item_id, p.rationale, list_sort(list(DISTINCT c.criterion)) AS criteria, max(p.judged_at) AS judged_at
FROM peers p JOIN items i USING (item_code) JOIN some_criteria c USING (criterion_code)
WHERE p.trainer_code = $trainer_code AND p.rationale IS NOT NULL AND length(p.rationale) >= 20
GROUP BY p.item_code, i.item_id, p.rationale
ORDER BY judged_at DESC NULLS LAST, p.item_code, p.rationale
LIMIT $most;
