-- As counts.sql, for periods that end at given moments.
-- Reads: peers. Params: $edges TIMESTAMPTZ[] (ascending; period k holds edges[k] <= judged_at < edges[k + 1]).
-- Returns: as counts.sql, slice = the period's number from 0. Additive over disjoint sets of items.
WITH dated AS (
    SELECT *, (list_count(list_filter($edges::TIMESTAMPTZ[], lambda e: e <= judged_at)) - 1)::VARCHAR AS slice
    FROM peers
    WHERE label_code IS NOT NULL AND judged_at >= list_min($edges::TIMESTAMPTZ[])
      AND judged_at < list_max($edges::TIMESTAMPTZ[])
), counted AS (
    SELECT criterion_code, slice, unit, list_sort(list(label_code)) AS pattern
    FROM dated GROUP BY criterion_code, slice, unit
)
SELECT criterion_code, slice, trainer_code, pattern, label_code, count(*)::BIGINT AS n
FROM dated JOIN counted USING (criterion_code, slice, unit)
GROUP BY criterion_code, slice, trainer_code, pattern, label_code;
