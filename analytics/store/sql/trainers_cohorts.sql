-- The cohort of each trainer and the day they began. Reads: trainers. Params: none.
-- Returns: trainer_code, cohort, started_on (both NULL where not told); grain: one trainer. Additive.
SELECT trainer_code, cohort, started_on FROM trainers ORDER BY trainer_code;
