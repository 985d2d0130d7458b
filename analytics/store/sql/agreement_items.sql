-- Items of one criterion with the labels they were given: by labels, by trainers, by agreement, by an attribute's values.
-- Reads: peers, items, guidelines. Params: $criterion_code, $label_codes INTEGER[] (the labels that count; NULL: free
--        text), $most, $skip (page); each of the rest selects all where NULL: $label_a and $label_b (codes; both given,
--        twice where equal), $trainer_a and $trainer_b (codes; both judged it), $low and $high (share of pairs of
--        judgments that agree), $units BIGINT[] (units, in the order wanted), $pairs_a and $pairs_b
--        INTEGER[] (codes, side by side: two judgments have such a pair), $attribute with $values VARCHAR[] (as in counts_by_attribute.sql, and responses.model).
-- Returns: unit, item_id, version, labels INTEGER[] (sorted codes), n_judgments, agreement (NULL below two judgments),
--          label_of_a, label_of_b (codes, by $trainer_a and $trainer_b), prompt (its first 240 characters), sensitive,
--          n_found (on all pages); grain: item under one guideline version, in the order of $units, else least agreement
--          first. Not additive.
WITH of_criterion AS (
    SELECT unit, trainer_code, label_code, batch FROM peers
    WHERE criterion_code = $criterion_code
      AND ($label_codes::INTEGER[] IS NULL OR list_contains($label_codes::INTEGER[], label_code))
), wanted AS (
    SELECT unnest($units::BIGINT[]) AS unit, generate_subscripts($units::BIGINT[], 1) AS place
), pairs AS (
    SELECT unnest($pairs_a::INTEGER[]) AS a, unnest($pairs_b::INTEGER[]) AS b
), paired AS (
    SELECT DISTINCT x.unit
    FROM of_criterion x
    JOIN pairs ON pairs.a = x.label_code
    JOIN of_criterion y ON y.unit = x.unit AND y.trainer_code <> x.trainer_code AND y.label_code = pairs.b
), of_slice AS (
    SELECT i.item_code FROM items i
    WHERE CASE $attribute::VARCHAR
               WHEN 'topic' THEN list_contains($values::VARCHAR[], i.topic)
               WHEN 'language' THEN list_contains($values::VARCHAR[], i.language)
               WHEN 'domain' THEN list_contains($values::VARCHAR[], i.domain)
               WHEN 'guideline_section' THEN list_contains($values::VARCHAR[], i.guideline_section)
               WHEN 'sensitive' THEN list_contains($values::VARCHAR[],
                        CASE WHEN i.sensitive THEN 'sensitive' WHEN NOT i.sensitive THEN 'not sensitive' END)
               WHEN 'responses.model'
                    THEN list_has_any($values::VARCHAR[], json_extract_string(i.responses, '$[*].model'))
               ELSE list_contains($values::VARCHAR[],
                        json_extract_string(i.attributes, '$."' || replace($attribute::VARCHAR, '"', '') || '"'))
          END
), mine AS (
    SELECT * FROM of_criterion
    WHERE ($units::BIGINT[] IS NULL OR unit IN (SELECT unit FROM wanted))
      AND ($pairs_a::INTEGER[] IS NULL OR unit IN (SELECT unit FROM paired))
      AND ($trainer_a::INTEGER IS NULL
           OR unit IN (SELECT unit FROM of_criterion WHERE trainer_code = $trainer_a::INTEGER))
      AND ($trainer_b::INTEGER IS NULL
           OR unit IN (SELECT unit FROM of_criterion WHERE trainer_code = $trainer_b::INTEGER))
      AND ($label_a::INTEGER IS NULL OR unit IN (SELECT unit FROM of_criterion WHERE label_code = $label_a::INTEGER))
      AND ($label_b::INTEGER IS NULL OR unit IN (SELECT unit FROM of_criterion WHERE label_code = $label_b::INTEGER))
      AND ($attribute::VARCHAR IS NULL
           OR ($attribute::VARCHAR = 'batch'
               AND unit IN (SELECT unit FROM of_criterion WHERE list_contains($values::VARCHAR[], batch)))
           OR ($attribute::VARCHAR = 'guideline_version'
               AND unit % 65536 IN (SELECT version_code FROM guidelines WHERE list_contains($values::VARCHAR[], version)))
           OR ($attribute::VARCHAR NOT IN ('batch', 'guideline_version')
               AND unit // 65536 IN (SELECT item_code FROM of_slice)))
), per_label AS (
    SELECT unit, label_code, count(*) AS n FROM mine GROUP BY unit, label_code
), per_item AS (
    SELECT unit, sum(n)::BIGINT AS n_judgments,
           CASE WHEN sum(n) > 1 THEN sum(n * (n - 1)) / (sum(n) * (sum(n) - 1))::DOUBLE END AS agreement,
           max(n) FILTER (label_code = $label_a::INTEGER) AS n_a
    FROM per_label GROUP BY unit
), page AS (
    SELECT *, count(*) OVER ()::BIGINT AS n_found
    FROM per_item LEFT JOIN wanted USING (unit)
    WHERE ($low::DOUBLE IS NULL OR agreement >= $low::DOUBLE) AND ($high::DOUBLE IS NULL OR agreement <= $high::DOUBLE)
      AND ($label_a::INTEGER IS NULL OR $label_a::INTEGER IS DISTINCT FROM $label_b::INTEGER OR n_a > 1)
    ORDER BY place NULLS LAST, agreement NULLS LAST, n_judgments DESC, unit
    LIMIT $most::BIGINT OFFSET $skip::BIGINT
), labelled AS (
    SELECT unit, list_sort(list(label_code)) AS labels,
           max(label_code) FILTER (trainer_code = $trainer_a::INTEGER) AS label_of_a,
           max(label_code) FILTER (trainer_code = $trainer_b::INTEGER) AS label_of_b
    FROM mine WHERE unit IN (SELECT unit FROM page) GROUP BY unit
)
SELECT p.unit, i.item_id, g.version, l.labels, p.n_judgments, p.agreement, l.label_of_a, l.label_of_b,
       left(i.prompt, 240) AS prompt, i.sensitive, p.n_found
FROM page p
JOIN labelled l USING (unit)
JOIN items i ON i.item_code = p.unit // 65536
LEFT JOIN guidelines g ON g.version_code = p.unit % 65536
ORDER BY p.place NULLS LAST, p.agreement NULLS LAST, p.n_judgments DESC, p.unit;
