-- As counts.sql, for every guideline section and topic of the items, of all selected criteria.
-- Reads: peers, items. Params: none.
-- Returns: as counts.sql, slice = guideline section, unit separator (character 31), topic; either is '' where the item
--          has none. Additive over disjoint sets of items.
WITH described AS (
    SELECT p.criterion_code, p.unit, p.trainer_code, p.label_code,
           coalesce(i.guideline_section, '') || chr(31) || coalesce(i.topic, '') AS slice
    FROM peers p JOIN items i USING (item_code)
    WHERE p.label_code IS NOT NULL
), counted AS (
    SELECT criterion_code, slice, unit, list_sort(list(label_code)) AS pattern
    FROM described GROUP BY criterion_code, slice, unit
)
SELECT criterion_code, slice, trainer_code, pattern, label_code, count(*)::BIGINT AS n
FROM described JOIN counted USING (criterion_code, slice, unit)
GROUP BY criterion_code, slice, trainer_code, pattern, label_code;
