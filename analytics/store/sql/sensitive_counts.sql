-- As counts.sql, for the sensitive items alone, by topic; all selected criteria.
-- Reads: peers, items. Params: none.
-- Returns: as counts.sql, slice = topic ('' where there is none). Additive over disjoint sets of items.
WITH described AS (
    SELECT p.criterion_code, p.unit, p.trainer_code, p.label_code, coalesce(i.topic, '') AS slice
    FROM peers p JOIN items i USING (item_code)
    WHERE p.label_code IS NOT NULL AND i.sensitive
), counted AS (
    SELECT criterion_code, slice, unit, list_sort(list(label_code)) AS pattern
    FROM described GROUP BY criterion_code, slice, unit
)
SELECT criterion_code, slice, trainer_code, pattern, label_code, count(*)::BIGINT AS n
FROM described JOIN counted USING (criterion_code, slice, unit)
GROUP BY criterion_code, slice, trainer_code, pattern, label_code;
