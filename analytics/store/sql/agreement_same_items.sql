-- Items of one criterion that two sides judged, at least two judgments on each: what each side said.
-- Reads: peers, guidelines. Params: $criterion_code, $label_codes INTEGER[] (the labels that count), and one of
--        $edges TIMESTAMPTZ[] (three, ascending: side k holds edges[k] <= judged_at < edges[k + 1]) and $versions
--        VARCHAR[] (two guideline versions), the other NULL.
-- Returns: item_code, side (0 or 1), label_code, n; grain: item, side and label. Additive over disjoint items.
WITH sided AS (
    SELECT p.item_code, p.label_code,
           CASE WHEN $versions::VARCHAR[] IS NOT NULL THEN list_position($versions::VARCHAR[], g.version) - 1
                ELSE list_count(list_filter($edges::TIMESTAMPTZ[], lambda e: e <= p.judged_at)) - 1 END AS side
    FROM peers p LEFT JOIN guidelines g USING (version_code)
    WHERE p.criterion_code = $criterion_code AND list_contains($label_codes::INTEGER[], p.label_code)
), kept AS (
    SELECT item_code FROM (
        SELECT item_code, side FROM sided WHERE side IN (0, 1) GROUP BY item_code, side HAVING count(*) > 1
    ) GROUP BY item_code HAVING count(*) = 2
)
SELECT item_code, side::INTEGER AS side, label_code, count(*)::BIGINT AS n
FROM sided WHERE side IN (0, 1) AND item_code IN (SELECT item_code FROM kept)
GROUP BY item_code, side, label_code
ORDER BY item_code, side, label_code;
