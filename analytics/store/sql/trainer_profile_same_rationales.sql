-- Rationales of one trainer that somebody else wrote too, word for word but for case, spaces and punctuation.
-- Reads: peers, items. Params: $trainer_code.
-- Returns: rationale (one wording of the trainer's), n_items (items on which the trainer gave it), others (trainer codes,
--          sorted), example (id of an item on which another gave it); grain: one text. Not additive.
WITH texts AS (
    SELECT trainer_code, item_code, rationale,
           trim(regexp_replace(lower(rationale), '[^\p{L}\p{N}]+', ' ', 'g')) AS said
    FROM peers WHERE rationale IS NOT NULL AND length(rationale) >= 20
), own AS (
    SELECT said, min(rationale) AS rationale, count(DISTINCT item_code)::BIGINT AS n_items
    FROM texts WHERE trainer_code = $trainer_code AND length(said) >= 20 GROUP BY said
), theirs AS (
    SELECT said, list_sort(list(DISTINCT trainer_code)) AS others, min(item_code) AS item_code
    FROM texts WHERE trainer_code <> $trainer_code GROUP BY said
)
SELECT o.rationale, o.n_items, t.others, i.item_id AS example
FROM own o JOIN theirs t USING (said) JOIN items i USING (item_code)
ORDER BY len(t.others) DESC, o.n_items DESC, o.rationale;
