-- How often each trainer raises a flag on sensitive items where the reference does, and where it does not.
-- The reference is gold where there is some, else what more than half of at least two colleagues on the item said.
-- Reads: peers, items, gold, criteria. Params: $criterion_code, $counted VARCHAR[] (labels on the
--        scale), $flagged VARCHAR[] (those of them that raise the flag).
-- Returns: trainer_code, by_gold BOOLEAN, reference BOOLEAN, given BOOLEAN, n; grain: trainer x source x reference x
--          answer. Judgments without a reference are left out. Additive.
WITH mine AS (
    SELECT p.unit, p.item_code, p.trainer_code, list_contains($flagged::VARCHAR[], p.label) AS given
    FROM peers p JOIN items i USING (item_code)
    WHERE p.criterion_code = $criterion_code AND list_contains($counted::VARCHAR[], p.label) AND i.sensitive
), item AS (
    SELECT unit, count(*) AS m, count(*) FILTER (given) AS flags FROM mine GROUP BY unit
), answers AS (
    SELECT i.item_code, min(list_contains($flagged::VARCHAR[], g.label)) AS gold
    FROM gold g JOIN items i USING (project, item_id) JOIN criteria c USING (project, criterion)
    WHERE c.criterion_code = $criterion_code AND list_contains($counted::VARCHAR[], g.label)
    GROUP BY i.item_code HAVING count(DISTINCT list_contains($flagged::VARCHAR[], g.label)) = 1
), judged AS (
    SELECT m.trainer_code, m.given, a.gold IS NOT NULL AS by_gold,
           CASE WHEN a.gold IS NOT NULL THEN a.gold
                WHEN item.m < 3 THEN NULL
                WHEN 2 * (item.flags - m.given::INTEGER) > item.m - 1 THEN true
                WHEN 2 * (item.flags - m.given::INTEGER) < item.m - 1 THEN false END AS reference
    FROM mine m JOIN item USING (unit) LEFT JOIN answers a USING (item_code)
)
SELECT trainer_code, by_gold, reference, given, count(*)::BIGINT AS n
FROM judged WHERE reference IS NOT NULL
GROUP BY trainer_code, by_gold, reference, given ORDER BY ALL;
