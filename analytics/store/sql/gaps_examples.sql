-- The judgments of the items that split over one boundary in one part of the data, with what trainers wrote.
-- Reads: peers, items. Params: $criterion_code, $codes_a and $codes_b INTEGER[] (label codes on either side),
--        $attribute ('guideline_section', 'topic' or NULL for all items), $value, $most (items).
-- Returns: item_id, prompt (its first 600 characters), sensitive, unit, trainer_code, label_code, rationale, n_found
--          (items that split); grain: one judgment of one of the $most items with the evenest split. Not additive.
WITH mine AS (
    SELECT p.unit, p.item_code, p.trainer_code, p.label_code, p.rationale,
           list_contains($codes_a::INTEGER[], p.label_code) AS is_a,
           list_contains($codes_b::INTEGER[], p.label_code) AS is_b
    FROM peers p JOIN items i USING (item_code)
    WHERE p.criterion_code = $criterion_code AND p.label_code IS NOT NULL
      AND CASE $attribute::VARCHAR WHEN 'guideline_section' THEN i.guideline_section = $value::VARCHAR
                                   WHEN 'topic' THEN i.topic = $value::VARCHAR ELSE true END
), split AS (
    SELECT unit, count(*) OVER ()::BIGINT AS n_found
    FROM mine GROUP BY unit HAVING bool_or(is_a) AND bool_or(is_b)
    ORDER BY least(count(*) FILTER (is_a), count(*) FILTER (is_b)) / count(*) DESC, count(*) DESC, unit
    LIMIT $most::BIGINT
)
SELECT i.item_id, left(i.prompt, 600) AS prompt, coalesce(i.sensitive, false) AS sensitive, m.unit, m.trainer_code,
       m.label_code, m.rationale, s.n_found
FROM mine m JOIN split s USING (unit) JOIN items i USING (item_code)
ORDER BY m.unit, m.trainer_code;
