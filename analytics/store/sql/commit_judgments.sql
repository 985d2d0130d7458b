-- The judgments to append, sorted so that counting is cheap.
-- Reads: outcome. Params: $ingest_id. Returns: rows of the judgments table; grain: one judgment. Additive.
SELECT criterion_code, item_code, trainer_code, label_code, version_code, final_round AS round, status, judged_at,
       duration_s, confidence, position, shown_first, judgment_id, label, rationale, session_id, batch, source,
       source_row, $ingest_id AS ingest_id
FROM outcome
WHERE outcome IN ('accepted', 'superseding')
ORDER BY criterion_code, item_code, version_code, trainer_code, final_round;
