-- How often each trainer gave each label in items of each label-count pattern; the patterns follow by division.
-- Reads: peers. Params: none.
-- Returns: criterion_code, slice ('' here), trainer_code, pattern INTEGER[] (sorted label codes of one item), label_code,
--          n; grain: criterion x trainer x pattern x label. Additive over disjoint sets of items.
WITH counted AS (
    SELECT criterion_code, unit, list_sort(list(label_code)) AS pattern
    FROM peers WHERE label_code IS NOT NULL
    GROUP BY criterion_code, unit
)
SELECT criterion_code, '' AS slice, trainer_code, pattern, label_code, count(*)::BIGINT AS n
FROM peers JOIN counted USING (criterion_code, unit)
WHERE label_code IS NOT NULL
GROUP BY criterion_code, trainer_code, pattern, label_code;
