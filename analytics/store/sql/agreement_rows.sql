-- The judgments that the agreement of one criterion was computed from, for downloading.
-- Reads: peers, items, guidelines, trainers. Params: $criterion_code, $label_codes INTEGER[] (the labels that count).
-- Returns: item_id, guideline_version, trainer_id, label, judged_at, batch, source, source_row, n_on_item (judgments counted
--          on the same item); grain: one judgment, ordered by item and trainer. Additive but for n_on_item.
SELECT i.item_id, g.version AS guideline_version, t.trainer_id, p.label, p.judged_at, p.batch, p.source, p.source_row,
       count(*) OVER (PARTITION BY p.unit)::BIGINT AS n_on_item
FROM peers p
JOIN items i USING (item_code)
JOIN trainers t USING (trainer_code)
LEFT JOIN guidelines g USING (version_code)
WHERE p.criterion_code = $criterion_code AND list_contains($label_codes::INTEGER[], p.label_code)
ORDER BY i.item_id, p.version_code, t.trainer_id;
