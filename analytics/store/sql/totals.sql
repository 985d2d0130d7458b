-- What the selection holds.
-- Reads: judgments, models. Params: none.
-- Returns: n_judgments, n_items, n_trainers, n_criteria, first, last; one row. n_judgments is additive.
SELECT count(*)::BIGINT AS n_judgments,
       count(DISTINCT item_code)::BIGINT AS n_items,
       count(DISTINCT trainer_code)::BIGINT AS n_trainers,
       count(DISTINCT criterion_code)::BIGINT AS n_criteria,
       min(judged_at) AS first, max(judged_at) AS last
FROM judgments;
