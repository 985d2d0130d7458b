-- As texts.sql for one criterion, with the value of one attribute of the item or the judgment.
-- Reads: peers, items, guidelines. Params: $attribute (as in counts_by_attribute.sql), $criterion_code.
-- Returns: slice (NULL values are left out), unit, trainer_code, label, judged_at; grain: one judgment, ordered by slice,
--          unit and trainer. Additive.
WITH described AS (
    SELECT p.unit, p.trainer_code, p.label, p.judged_at,
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
    WHERE p.criterion_code = $criterion_code AND p.label IS NOT NULL
)
SELECT slice, unit, trainer_code, label, judged_at FROM described
WHERE slice IS NOT NULL
ORDER BY slice, unit, trainer_code;
