-- The judgments of one criterion with what calibration looks at, by unit (item under one guideline version).
-- Reads: peers, items, gold, some_criteria. Params: $criterion_code, $one_in (keeps one item in so many, by its number).
-- Returns: unit, item_code, trainer_code, label_code, at (seconds since 1970), duration_s, confidence, position, session
--          (number), first (-1: the answer A stood first, 1: B, NULL unknown), gold (label), topic, length (characters
--          shown); grain: one judgment, sorted by unit. Additive.
WITH described AS (
    SELECT i.item_code, g.label AS gold, i.topic,
           length(coalesce(i.prompt, '')) + length(coalesce(i.responses, '')) AS length,
           coalesce(json_extract_string(r, CASE WHEN turned THEN '$[1].id' ELSE '$[0].id' END), 'A') AS id_a,
           coalesce(json_extract_string(r, CASE WHEN turned THEN '$[0].id' ELSE '$[1].id' END), 'B') AS id_b,
           length(json_extract_string(r, CASE WHEN turned THEN '$[1].text' ELSE '$[0].text' END)) AS long_a,
           length(json_extract_string(r, CASE WHEN turned THEN '$[0].text' ELSE '$[1].text' END)) AS long_b
    FROM (SELECT *, coalesce(json_extract_string(r, '$[0].id') = 'B' AND json_extract_string(r, '$[1].id') = 'A', false)
                 AS turned
          FROM (SELECT *, CASE WHEN json_valid(responses) THEN responses END AS r FROM items)) i
    LEFT JOIN (SELECT g.project, g.item_id, any_value(g.label) AS label
               FROM gold g JOIN some_criteria c USING (project, criterion)
               WHERE c.criterion_code = $criterion_code GROUP BY g.project, g.item_id) g
           ON g.project = i.project AND g.item_id = i.item_id
)
SELECT p.unit, p.item_code, p.trainer_code, p.label_code, epoch(p.judged_at) AS at, p.duration_s, p.confidence,
       p.position, (hash(p.session_id) % 1000000007)::BIGINT AS session,
       CASE WHEN p.shown_first = d.id_a THEN -1 WHEN p.shown_first = d.id_b THEN 1 END AS first,
       d.gold, d.topic, d.length, CASE WHEN d.long_a > 0 AND d.long_b > 0 THEN ln(d.long_a / d.long_b) END AS longer_a
FROM peers p JOIN described d USING (item_code)
WHERE p.criterion_code = $criterion_code AND p.label_code IS NOT NULL AND p.item_code % $one_in::INTEGER = 0
ORDER BY p.unit, p.trainer_code;
