-- How often the answer shown first was chosen, by kind of item and by trainer. Ties are counted apart.
-- Reads: peers, items. Params: $criterion_code.
-- Returns: kind ('items': items with the same counts; 'trainers'), trainer_code (NULL for items), n_first, n_sided, n_tie,
--          n (items; 1 for trainers); judgments whose order is not known are left out. Additive within a kind.
WITH answers AS (
    SELECT item_code, coalesce(json_extract_string(responses, CASE WHEN turned THEN '$[1].id' ELSE '$[0].id' END), 'A') AS id_a,
           coalesce(json_extract_string(responses, CASE WHEN turned THEN '$[0].id' ELSE '$[1].id' END), 'B') AS id_b
    FROM (SELECT item_code, CASE WHEN json_valid(responses) THEN responses END AS responses,
                 coalesce(json_extract_string(CASE WHEN json_valid(responses) THEN responses END, '$[0].id') = 'B'
                 AND json_extract_string(CASE WHEN json_valid(responses) THEN responses END, '$[1].id') = 'A', false) AS turned
          FROM items)
), votes AS (
    SELECT item_code, trainer_code,
           CASE lower(label) WHEN 'a' THEN -1 WHEN 'tie' THEN 0 WHEN 'b' THEN 1 ELSE sign(TRY_CAST(label AS INTEGER)) END
           * CASE WHEN shown_first = id_a THEN 1 WHEN shown_first = id_b THEN -1 END AS s
    FROM peers JOIN answers USING (item_code)
    WHERE criterion_code = $criterion_code AND shown_first IS NOT NULL
), per_item AS (
    SELECT item_code, count(*) FILTER (s < 0)::BIGINT AS n_first, count(*) FILTER (s <> 0)::BIGINT AS n_sided,
           count(*) FILTER (s = 0)::BIGINT AS n_tie
    FROM votes WHERE s IS NOT NULL GROUP BY item_code
)
SELECT 'items' AS kind, NULL::INTEGER AS trainer_code, n_first, n_sided, n_tie, count(*)::BIGINT AS n
FROM per_item GROUP BY n_first, n_sided, n_tie
UNION ALL
SELECT 'trainers', trainer_code, count(*) FILTER (s < 0), count(*) FILTER (s <> 0), count(*) FILTER (s = 0), 1
FROM votes WHERE s IS NOT NULL GROUP BY trainer_code
ORDER BY ALL;
