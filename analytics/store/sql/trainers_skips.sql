-- How many items each trainer was shown and skipped, by criterion.
-- Reads: judgments, models. Params: none.
-- Returns: criterion_code, trainer_code, shown, skipped; grain: criterion x trainer. Additive.
SELECT criterion_code, trainer_code, count(*) FILTER (status IN ('submitted', 'skipped'))::BIGINT AS shown,
       count(*) FILTER (status = 'skipped')::BIGINT AS skipped
FROM judgments
WHERE round = 1 AND trainer_code NOT IN (SELECT trainer_code FROM models)
GROUP BY ALL
ORDER BY ALL;
