-- The judgments of one criterion with what calibration looks at, by unit (item under one guideline version).
-- Reads: peers. Params: $criterion_code, $one_in (keeps one item in so many, by its number).
-- Returns: unit, item_code, trainer_code, label_code, at (seconds since 1970), duration_s, confidence, position, session
--          (number, NULL unknown); grain: one judgment, sorted by unit and trainer. Additive.
SELECT unit, item_code, trainer_code, label_code, epoch(judged_at) AS at, duration_s, confidence, position,
       CASE WHEN session_id IS NOT NULL THEN (hash(session_id) % 1000000007)::BIGINT END AS session
FROM peers
WHERE criterion_code = $criterion_code AND label_code IS NOT NULL AND item_code % $one_in::INTEGER = 0
ORDER BY unit, trainer_code;
