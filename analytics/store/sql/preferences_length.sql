-- How often the longer answer was chosen, by how much longer it is, by kind of item and by trainer.
-- Reads: peers, items. Params: $criterion_code.
-- Returns: kind ('items', 'trainers'), bin (0: up to 10 % longer, 1: to 25 %, 2: to 50 %, 3: to twice, 4: more),
--          trainer_code (NULL for items), n_longer, n_sided, n (items; 1 for trainers); only sided choices between texts of
--          unequal length. Additive within a kind.
WITH answers AS (
    SELECT item_code, length(json_extract_string(responses, CASE WHEN turned THEN '$[1].text' ELSE '$[0].text' END)) AS a,
           length(json_extract_string(responses, CASE WHEN turned THEN '$[0].text' ELSE '$[1].text' END)) AS b
    FROM (SELECT item_code, responses, json_extract_string(responses, '$[0].id') = 'B'
                                       AND json_extract_string(responses, '$[1].id') = 'A' AS turned
          FROM items WHERE json_valid(responses))
), compared AS (
    SELECT item_code, sign(b - a) AS longer,
           CASE WHEN greatest(a, b) <= 1.1 * least(a, b) THEN 0 WHEN greatest(a, b) <= 1.25 * least(a, b) THEN 1
                WHEN greatest(a, b) <= 1.5 * least(a, b) THEN 2 WHEN greatest(a, b) <= 2 * least(a, b) THEN 3 ELSE 4 END AS bin
    FROM answers WHERE a <> b
), votes AS (
    SELECT item_code, trainer_code, bin, longer,
           CASE lower(label) WHEN 'a' THEN -1 WHEN 'tie' THEN 0 WHEN 'b' THEN 1 ELSE sign(TRY_CAST(label AS INTEGER)) END AS s
    FROM peers JOIN compared USING (item_code) WHERE criterion_code = $criterion_code
), per_item AS (
    SELECT item_code, bin, count(*) FILTER (s = longer)::BIGINT AS n_longer, count(*)::BIGINT AS n_sided
    FROM votes WHERE s <> 0 GROUP BY item_code, bin
)
SELECT 'items' AS kind, bin, NULL::INTEGER AS trainer_code, n_longer, n_sided, count(*)::BIGINT AS n
FROM per_item GROUP BY bin, n_longer, n_sided
UNION ALL
SELECT 'trainers', bin, trainer_code, count(*) FILTER (s = longer), count(*), 1 FROM votes WHERE s <> 0
GROUP BY bin, trainer_code
ORDER BY ALL;
