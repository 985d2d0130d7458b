-- Some items of the viewer's own, with their text, the viewer's answer and rationale, and gold.
-- Reads: peers, some_criteria, items, guidelines, gold. Params: $criterion_codes INTEGER[], $units BIGINT[] (pairwise).
-- Returns: criterion_code, unit, item_id, prompt, responses, topic, guideline_section, sensitive, label, rationale,
--          judged_at, guideline_version, gold, gold_since (text as the log has it); grain: one judgment of the viewer. Additive.
WITH asked AS (
    SELECT unnest($criterion_codes::INTEGER[]) AS criterion_code, unnest($units::BIGINT[]) AS unit
)
SELECT p.criterion_code, p.unit, i.item_id, i.prompt, i.responses, i.topic, i.guideline_section, i.sensitive, p.label,
       p.rationale, p.judged_at, v.version AS guideline_version, g.label AS gold, g.since AS gold_since
FROM peers p
JOIN asked USING (criterion_code, unit)
JOIN some_criteria c USING (criterion_code)
JOIN items i USING (item_code)
LEFT JOIN guidelines v USING (version_code)
LEFT JOIN gold g ON g.project = c.project AND g.criterion = c.criterion AND g.item_id = i.item_id
ORDER BY p.criterion_code, p.unit;
