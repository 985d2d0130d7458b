-- As counts.sql, for every set of response models an item shows: slices without overlap, which add up to any one model's.
-- Reads: peers, items. Params: $criterion_code.
-- Returns: as counts.sql, slice = the models' names in order, with a line break between (items without any are left out).
--          Additive over disjoint sets of items.
WITH shown AS (
    SELECT item_code, list_aggregate(list_sort(list_distinct(list_filter(
               json_extract_string(responses, '$[*].model'), lambda m: m IS NOT NULL))), 'string_agg', chr(10)) AS slice
    FROM items WHERE responses IS NOT NULL
), described AS (
    SELECT p.criterion_code, p.unit, p.trainer_code, p.label_code, s.slice
    FROM peers p JOIN shown s USING (item_code)
    WHERE p.criterion_code = $criterion_code AND p.label_code IS NOT NULL AND s.slice <> ''
), counted AS (
    SELECT slice, unit, list_sort(list(label_code)) AS pattern FROM described GROUP BY slice, unit
)
SELECT criterion_code, slice, trainer_code, pattern, label_code, count(*)::BIGINT AS n
FROM described JOIN counted USING (slice, unit)
GROUP BY criterion_code, slice, trainer_code, pattern, label_code;
