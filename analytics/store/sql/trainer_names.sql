-- The trainers by code, as this viewer may see them.
-- Reads: trainers. Params: none. Returns: trainer_code, trainer_id, display_name, team, kind; grain: one trainer.
SELECT trainer_code, trainer_id, display_name, team, kind FROM trainers ORDER BY trainer_code;
