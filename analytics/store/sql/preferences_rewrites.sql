-- Rewrites of an answer beside the answer as it was.
-- Reads: peers, items. Params: $criterion_code, $one_in (keeps one item in so many, by its number).
-- Returns: item_code, trainer_code, text, original (text of the item's first response; NULL where not known);
--          grain: one judgment, by item. Additive.
SELECT p.item_code, p.trainer_code, p.label AS text,
       CASE WHEN json_valid(i.responses) THEN json_extract_string(i.responses, '$[0].text') END AS original
FROM peers p JOIN items i USING (item_code)
WHERE p.criterion_code = $criterion_code AND p.label IS NOT NULL AND p.item_code % $one_in::INTEGER = 0
ORDER BY p.item_code, p.trainer_code;
