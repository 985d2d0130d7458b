-- What calibration asks of items: their topic and how much text they show.
-- Reads: items. Params: none.
-- Returns: item_code, topic (number of the topic, by name; the last for none), length (characters shown); grain: one
--          item, sorted by item_code. Additive but for the numbers of the topics.
SELECT item_code, dense_rank() OVER (ORDER BY topic NULLS LAST) - 1 AS topic,
       length(coalesce(prompt, '')) + length(coalesce(responses, '')) AS length
FROM items
ORDER BY item_code;
