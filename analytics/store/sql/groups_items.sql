-- The items of one criterion by what part of the data they are. Reads: peers, items. Params: $criterion_code.
-- Returns: item_code, item_id, topic, sensitive; grain: one judged item. Additive.
SELECT i.item_code, i.item_id, i.topic, coalesce(i.sensitive, false) AS sensitive
FROM items i WHERE i.item_code IN (SELECT item_code FROM peers WHERE criterion_code = $criterion_code)
ORDER BY i.item_code;
