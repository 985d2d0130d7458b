-- The judgments that the agreement of one criterion was computed from, for downloading.
-- Reads: peers, items, guidelines, trainers. Params: $criterion_code, $label_codes INTEGER[] (the labels that count; NULL:
--        free text), $units BIGINT[] (units; NULL: all), $most.
-- Returns: item_id, guideline_version, trainer_id, label, judged_at, batch, source, source_row, n_on_item (judgments counted
--          on the same unit); grain: one judgment, ordered by item, version and trainer. Additive but for n_on_item.
SELECT i.item_id, g.version AS guideline_version, t.trainer_id, p.label, p.judged_at, p.batch, p.source, p.source_row,
       count(*) OVER (PARTITION BY p.unit)::BIGINT AS n_on_item
FROM peers p
JOIN items i USING (item_code)
JOIN trainers t USING (trainer_code)
LEFT JOIN guidelines g USING (version_code)
WHERE p.criterion_code = $criterion_code
  AND ($label_codes::INTEGER[] IS NULL OR list_contains($label_codes::INTEGER[], p.label_code))
  AND ($units::BIGINT[] IS NULL OR p.unit IN (SELECT unnest($units::BIGINT[])))
ORDER BY i.item_id, p.version_code, t.trainer_id
LIMIT $most::BIGINT;
