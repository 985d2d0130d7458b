-- As counts.sql, for every value of one attribute of the item or the judgment.
-- Reads: peers, items, guidelines. Params: $attribute (topic, language, domain, guideline_section, sensitive,
--        guideline_version, batch, or the name of a further item attribute), $criterion_code.
-- Returns: as counts.sql, slice = the attribute's value (NULL values are left out). Additive over disjoint sets of items.
WITH described AS (
    SELECT p.criterion_code, p.unit, p.trainer_code, p.label_code,
           CASE $attribute
                WHEN 'topic' THEN i.topic
                WHEN 'language' THEN i.language
                WHEN 'domain' THEN i.domain
                WHEN 'guideline_section' THEN i.guideline_section
                WHEN 'sensitive' THEN CASE WHEN i.sensitive THEN 'sensitive' WHEN NOT i.sensitive THEN 'not sensitive' END
                WHEN 'guideline_version' THEN g.version
                WHEN 'batch' THEN p.batch
                ELSE json_extract_string(i.attributes, '$."' || replace($attribute, '"', '') || '"') END AS slice
    FROM peers p
    JOIN items i USING (item_code)
    LEFT JOIN guidelines g USING (version_code)
    WHERE p.criterion_code = $criterion_code AND p.label_code IS NOT NULL
), counted AS (
    SELECT slice, unit, list_sort(list(label_code)) AS pattern
    FROM described WHERE slice IS NOT NULL GROUP BY slice, unit
)
SELECT criterion_code, slice, trainer_code, pattern, label_code, count(*)::BIGINT AS n
FROM described JOIN counted USING (slice, unit)
GROUP BY criterion_code, slice, trainer_code, pattern, label_code;
