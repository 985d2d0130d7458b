-- What the exported items are, and, where asked for, their texts.
-- Reads: peers, items, guidelines. Params: $criterion_code, $label_codes INTEGER[] (those on the scale),
--        $with_text (false: the four texts are NULL).
-- Returns: unit, item_id, guideline_version, topic, language, sensitive, median_s (seconds a judgment took), model_a,
--          model_b, prompt, response_a, response_b, responses (JSON; where there are not just two); grain: item under one guideline version, ordered by unit.
SELECT u.unit, i.item_id, g.version AS guideline_version, i.topic, i.language, i.sensitive, u.median_s,
       coalesce(json_extract_string(r, CASE WHEN turned THEN '$[1].model' ELSE '$[0].model' END),
                json_extract_string(i.attributes, '$.model_a')) AS model_a,
       coalesce(json_extract_string(r, CASE WHEN turned THEN '$[0].model' ELSE '$[1].model' END),
                json_extract_string(i.attributes, '$.model_b')) AS model_b,
       CASE WHEN $with_text THEN i.prompt END AS prompt,
       CASE WHEN $with_text THEN json_extract_string(r, CASE WHEN turned THEN '$[1].text' ELSE '$[0].text' END) END AS response_a,
       CASE WHEN $with_text THEN json_extract_string(r, CASE WHEN turned THEN '$[0].text' ELSE '$[1].text' END) END AS response_b,
       CASE WHEN $with_text AND json_array_length(r) <> 2 THEN i.responses END AS responses
FROM (SELECT unit, any_value(item_code) AS item_code, any_value(version_code) AS version_code,
             median(duration_s) AS median_s
      FROM peers WHERE criterion_code = $criterion_code AND list_contains($label_codes::INTEGER[], label_code::INTEGER)
      GROUP BY unit) u
JOIN (SELECT *, coalesce(json_extract_string(r, '$[0].id') = 'B'
                         AND json_extract_string(r, '$[1].id') = 'A', false) AS turned
      FROM (SELECT *, CASE WHEN json_valid(responses) THEN responses END AS r FROM items)) i USING (item_code)
LEFT JOIN guidelines g USING (version_code)
ORDER BY u.unit;
