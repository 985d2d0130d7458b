-- Pairs of answers with how they were preferred: by models, by votes, by an attribute's value, one page at a time.
-- Reads: peers, items, guidelines. Params: $criterion_code, $order ('contested': the closest votes first; 'clear': the
--        clearest first), $most, $skip (page); each of the rest selects all where NULL: $model_a and $model_b (both wrote
--        one of the answers), $loser (this model's answer got fewer votes), $attribute with $values VARCHAR[]
--        (topic, language, domain, guideline_section), $text (part of the prompt).
-- Returns: item_id, version, n_a, n_tie, n_b, prompt (its first 240 characters), sensitive, topic, model_a, model_b,
--          median_s (seconds a judgment took), n_found (on all pages); grain: item under one guideline version. Not additive.
WITH answers AS (
    SELECT item_code, item_id, prompt, sensitive, topic, language, domain, guideline_section,
           coalesce(json_extract_string(r, CASE WHEN turned THEN '$[1].model' ELSE '$[0].model' END),
                    json_extract_string(attributes, '$.model_a'),
                    json_extract_string(attributes, '$.left')) AS model_a,
           coalesce(json_extract_string(r, CASE WHEN turned THEN '$[0].model' ELSE '$[1].model' END),
                    json_extract_string(attributes, '$.model_b'),
                    json_extract_string(attributes, '$.right')) AS model_b
    FROM (SELECT *, coalesce(json_extract_string(r, '$[0].id') = 'B'
                             AND json_extract_string(r, '$[1].id') = 'A', false) AS turned
          FROM (SELECT *, CASE WHEN json_valid(responses) THEN responses END AS r FROM items))
), votes AS (
    SELECT unit, item_code, version_code, duration_s,
           CASE lower(label) WHEN 'a' THEN -1 WHEN 'tie' THEN 0 WHEN 'b' THEN 1 ELSE sign(TRY_CAST(label AS INTEGER)) END AS s
    FROM peers WHERE criterion_code = $criterion_code
), per_unit AS (
    SELECT unit, any_value(item_code) AS item_code, any_value(version_code) AS version_code,
           count(*) FILTER (s < 0)::BIGINT AS n_a, count(*) FILTER (s = 0)::BIGINT AS n_tie,
           count(*) FILTER (s > 0)::BIGINT AS n_b, median(duration_s) AS median_s
    FROM votes WHERE s IS NOT NULL GROUP BY unit
), chosen AS (
    SELECT u.*, a.* EXCLUDE (item_code), u.n_a + u.n_tie + u.n_b AS n,
           abs(u.n_a - u.n_b) / (u.n_a + u.n_tie + u.n_b)::DOUBLE AS clear
    FROM per_unit u JOIN answers a USING (item_code)
    WHERE ($model_a::VARCHAR IS NULL OR (a.model_a = $model_a::VARCHAR AND a.model_b = $model_b::VARCHAR)
                                     OR (a.model_a = $model_b::VARCHAR AND a.model_b = $model_a::VARCHAR))
      AND ($loser::VARCHAR IS NULL OR (a.model_a = $loser::VARCHAR AND u.n_a < u.n_b)
                                   OR (a.model_b = $loser::VARCHAR AND u.n_b < u.n_a))
      AND ($attribute::VARCHAR IS NULL OR list_contains($values::VARCHAR[],
               CASE $attribute::VARCHAR WHEN 'topic' THEN a.topic WHEN 'language' THEN a.language
                    WHEN 'domain' THEN a.domain WHEN 'guideline_section' THEN a.guideline_section END))
      AND ($text::VARCHAR IS NULL OR contains(lower(a.prompt), lower($text::VARCHAR)))
)
SELECT c.item_id, g.version, c.n_a, c.n_tie, c.n_b, left(c.prompt, 240) AS prompt, c.sensitive, c.topic, c.model_a,
       c.model_b, c.median_s, count(*) OVER ()::BIGINT AS n_found
FROM chosen c LEFT JOIN guidelines g USING (version_code)
ORDER BY CASE WHEN $order::VARCHAR = 'clear' THEN -c.clear ELSE c.clear END,
         CASE WHEN c.n > 1 THEN 0 ELSE 1 END, c.n DESC, c.unit
LIMIT $most::BIGINT OFFSET $skip::BIGINT;
