-- How many judgments of each criterion agreement leaves out, and why; and the support of what is left.
-- Reads: judgments, models. Params: none.
-- Returns: criterion_code and counts; grain: one criterion. Additive over disjoint sets of items but for n_trainers.
SELECT criterion_code,
       count(*)::BIGINT AS n_all,
       count(*) FILTER (status = 'skipped')::BIGINT AS skipped,
       count(*) FILTER (status = 'discarded')::BIGINT AS discarded,
       count(*) FILTER (status = 'draft')::BIGINT AS draft,
       count(*) FILTER (status = 'submitted' AND is_model)::BIGINT AS by_models,
       count(*) FILTER (status = 'submitted' AND NOT is_model AND round > 1)::BIGINT AS repeats,
       count(*) FILTER (status = 'submitted' AND NOT is_model AND round = 1)::BIGINT AS n_judgments,
       count(DISTINCT trainer_code) FILTER (status = 'submitted' AND NOT is_model AND round = 1)::BIGINT AS n_trainers
FROM (SELECT *, trainer_code IN (SELECT trainer_code FROM models) AS is_model FROM judgments)
GROUP BY criterion_code
ORDER BY criterion_code;
