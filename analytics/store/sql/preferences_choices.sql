-- The sided and tied choices of a criterion with what stood first and how long the answers are.
-- Reads: peers, items. Params: $criterion_code, $one_in (keeps one item in so many, by its number).
-- Returns: item_code, trainer_code, score (negative: A), first (-1: A stood first, 1: B, NULL: not known),
--          log_length_ratio (A over B; NULL without texts); grain: one judgment, by item. Additive.
WITH answers AS (
    SELECT item_code, coalesce(json_extract_string(r, CASE WHEN turned THEN '$[1].id' ELSE '$[0].id' END), 'A') AS id_a,
           coalesce(json_extract_string(r, CASE WHEN turned THEN '$[0].id' ELSE '$[1].id' END), 'B') AS id_b,
           length(json_extract_string(r, CASE WHEN turned THEN '$[1].text' ELSE '$[0].text' END)) AS a,
           length(json_extract_string(r, CASE WHEN turned THEN '$[0].text' ELSE '$[1].text' END)) AS b
    FROM (SELECT item_code, r, coalesce(json_extract_string(r, '$[0].id') = 'B'
                                        AND json_extract_string(r, '$[1].id') = 'A', false) AS turned
          FROM (SELECT item_code, CASE WHEN json_valid(responses) THEN responses END AS r FROM items))
)
SELECT item_code, trainer_code,
       CASE lower(label) WHEN 'a' THEN -1 WHEN 'tie' THEN 0 WHEN 'b' THEN 1 ELSE TRY_CAST(label AS INTEGER) END AS score,
       CASE WHEN shown_first = id_a THEN -1 WHEN shown_first = id_b THEN 1 END AS first,
       CASE WHEN a > 0 AND b > 0 THEN ln(a / b) END AS log_length_ratio
FROM peers JOIN answers USING (item_code)
WHERE criterion_code = $criterion_code AND label IS NOT NULL AND item_code % $one_in::INTEGER = 0
ORDER BY item_code, trainer_code;
