-- How each trainer preferred between two response models.
-- Reads: peers, items. Params: $criterion_code.
-- Returns: trainer_code, model_a, model_b, n_a, n_tie, n_b; grain: trainer x models. Items without two models are left out.
--          Additive.
WITH answers AS (
    SELECT item_code,
           coalesce(json_extract_string(r, CASE WHEN turned THEN '$[1].model' ELSE '$[0].model' END),
                    json_extract_string(attributes, '$.model_a'),
                    json_extract_string(attributes, '$.left')) AS model_a,
           coalesce(json_extract_string(r, CASE WHEN turned THEN '$[0].model' ELSE '$[1].model' END),
                    json_extract_string(attributes, '$.model_b'),
                    json_extract_string(attributes, '$.right')) AS model_b
    FROM (SELECT item_code, r, attributes, coalesce(json_extract_string(r, '$[0].id') = 'B'
                                                    AND json_extract_string(r, '$[1].id') = 'A', false) AS turned
          FROM (SELECT item_code, attributes, CASE WHEN json_valid(responses) THEN responses END AS r FROM items))
), votes AS (
    SELECT item_code, trainer_code,
           CASE lower(label) WHEN 'a' THEN -1 WHEN 'tie' THEN 0 WHEN 'b' THEN 1 ELSE sign(TRY_CAST(label AS INTEGER)) END AS s
    FROM peers WHERE criterion_code = $criterion_code
)
SELECT trainer_code, model_a, model_b, count(*) FILTER (s < 0)::BIGINT AS n_a, count(*) FILTER (s = 0)::BIGINT AS n_tie,
       count(*) FILTER (s > 0)::BIGINT AS n_b
FROM votes JOIN answers USING (item_code)
WHERE s IS NOT NULL AND model_a IS NOT NULL AND model_b IS NOT NULL AND model_a <> model_b
GROUP BY ALL ORDER BY ALL;
