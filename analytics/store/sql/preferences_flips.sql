-- Pairs that the same trainer judged in both orders: what was chosen with A in front and with B in front.
-- Reads: judgments, items, models. Params: $criterion_code.
-- Returns: trainer_code, score_ab, score_ba (sign; negative: A), n; grain: trainer x choices. Of several judgments in one
--          order the first counts. Additive.
WITH answers AS (
    SELECT item_code, coalesce(json_extract_string(r, CASE WHEN turned THEN '$[1].id' ELSE '$[0].id' END), 'A') AS id_a,
           coalesce(json_extract_string(r, CASE WHEN turned THEN '$[0].id' ELSE '$[1].id' END), 'B') AS id_b
    FROM (SELECT item_code, r, coalesce(json_extract_string(r, '$[0].id') = 'B'
                                        AND json_extract_string(r, '$[1].id') = 'A', false) AS turned
          FROM (SELECT item_code, CASE WHEN json_valid(responses) THEN responses END AS r FROM items))
), choices AS (
    SELECT item_code, version_code, trainer_code, round,
           sign(CASE lower(label) WHEN 'a' THEN -1 WHEN 'tie' THEN 0 WHEN 'b' THEN 1 ELSE TRY_CAST(label AS INTEGER) END) AS s,
           CASE WHEN shown_first = id_a THEN -1 WHEN shown_first = id_b THEN 1 END AS first
    FROM judgments JOIN answers USING (item_code)
    WHERE criterion_code = $criterion_code AND status = 'submitted' AND label IS NOT NULL
      AND trainer_code NOT IN (SELECT trainer_code FROM models)
), both_orders AS (
    SELECT item_code, trainer_code, arg_min(s, round) FILTER (first < 0) AS score_ab,
           arg_min(s, round) FILTER (first > 0) AS score_ba
    FROM choices WHERE s IS NOT NULL AND first IS NOT NULL GROUP BY item_code, trainer_code
)
SELECT trainer_code, score_ab::INTEGER AS score_ab, score_ba::INTEGER AS score_ba, count(*)::BIGINT AS n
FROM both_orders WHERE score_ab IS NOT NULL AND score_ba IS NOT NULL
GROUP BY ALL ORDER BY ALL;
