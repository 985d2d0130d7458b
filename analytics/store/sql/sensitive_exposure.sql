-- What each trainer met of sensitive items in each week (Monday to Sunday, UTC): whatever became of the judgments.
-- Reads: judgments, items, models. Params: none.
-- Returns: trainer_code, week TIMESTAMPTZ (NULL: undated), n_items (different items that week), n_sensitive (of them
--          sensitive), minutes (on sensitive items, timed judgments only), n_untimed (sensitive items without any time);
--          grain: trainer x week. Additive over trainers and weeks.
WITH visits AS (
    SELECT j.trainer_code, date_trunc('week', j.judged_at) AS week, j.item_code,
           coalesce(bool_or(i.sensitive), false) AS sensitive, sum(j.duration_s) / 60.0 AS minutes
    FROM judgments j JOIN items i USING (item_code)
    WHERE j.trainer_code NOT IN (SELECT trainer_code FROM models)
    GROUP BY j.trainer_code, date_trunc('week', j.judged_at), j.item_code
)
SELECT trainer_code, week, count(*)::BIGINT AS n_items, count(*) FILTER (sensitive)::BIGINT AS n_sensitive,
       coalesce(sum(minutes) FILTER (sensitive), 0)::DOUBLE AS minutes,
       count(*) FILTER (sensitive AND minutes IS NULL)::BIGINT AS n_untimed
FROM visits GROUP BY trainer_code, week ORDER BY trainer_code, week;
