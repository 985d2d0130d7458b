-- Rankings with the answers they order and the models that wrote them.
-- Reads: peers, items. Params: $criterion_code.
-- Returns: unit, item_code, trainer_code, label ('r2>r1=r3'), ids VARCHAR[] and models VARCHAR[] (of the item's answers, in
--          the order listed; NULL where not known); grain: one judgment, by unit. Additive.
SELECT p.unit, p.item_code, p.trainer_code, p.label,
       CASE WHEN json_valid(i.responses) THEN json_extract_string(i.responses, '$[*].id') END AS ids,
       CASE WHEN json_valid(i.responses) THEN list_transform(json_extract(i.responses, '$[*]')::JSON[],
                                                             lambda r: json_extract_string(r, '$.model')) END AS models
FROM peers p JOIN items i USING (item_code)
WHERE p.criterion_code = $criterion_code AND p.label IS NOT NULL
ORDER BY p.unit, p.trainer_code;
