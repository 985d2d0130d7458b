-- The judgments that this commit replaces: held ones, and earlier versions inside the same file.
-- Reads: outcome, held_judgments. Params: $ingest_id. Returns: rows of the superseded table; grain: one judgment. Additive.
SELECT h.*, $ingest_id AS superseded_by
FROM held_judgments h
JOIN outcome o ON o.criterion_code = h.criterion_code AND o.item_code = h.item_code AND o.trainer_code = h.trainer_code
     AND o.held_round = h.round AND o.outcome = 'superseding'
UNION ALL
SELECT criterion_code, item_code, trainer_code, label_code, version_code, final_round AS round, status, judged_at,
       duration_s, confidence, position, shown_first, judgment_id, label, rationale, session_id, batch, source,
       source_row, $ingest_id, $ingest_id
FROM outcome WHERE outcome = 'superseded in the file';
