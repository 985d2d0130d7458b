-- Every trainer of the store after this commit.
-- Reads: held_trainers, incoming_trainers, new_trainers. Params: none.
-- Returns: the trainers table; grain: one row a trainer. Not additive.
SELECT coalesce(h.trainer_code, n.trainer_code)::INTEGER AS trainer_code,
       trainer_id,
       coalesce(i.display_name, h.display_name) AS display_name,
       coalesce(i.team, h.team) AS team,
       coalesce(i.locale, h.locale) AS locale,
       coalesce(i.expertise, h.expertise) AS expertise,
       coalesce(i.cohort, h.cohort) AS cohort,
       coalesce(i.started_on, h.started_on) AS started_on,
       coalesce(i.kind, h.kind, 'human') AS kind,
       CASE WHEN i.groups IS NULL THEN h.groups WHEN h.groups IS NULL THEN i.groups
            ELSE json_merge_patch(h.groups, i.groups)::VARCHAR END AS groups
FROM held_trainers h
FULL JOIN new_trainers n USING (trainer_id)
LEFT JOIN incoming_trainers i USING (trainer_id)
ORDER BY 1;
