-- Who belongs to which group, for aggregates over at least as many trainers as the privacy floor asks, and nothing else.
-- Reads: trainer_groups (empty in a trainer's own scope), peers. Params: none.
-- Returns: trainer_code, group_name, group_value; grain: trainer x axis. Not additive.
SELECT trainer_code, group_name, min(group_value) AS group_value FROM trainer_groups
WHERE group_value IS NOT NULL AND group_value <> '' AND trainer_code IN (SELECT trainer_code FROM peers)
GROUP BY trainer_code, group_name ORDER BY trainer_code, group_name;
