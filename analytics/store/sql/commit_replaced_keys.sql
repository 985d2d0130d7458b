-- Keys of the held judgments that this commit replaces.
-- Reads: outcome. Params: none. Returns: criterion_code, item_code, trainer_code, round; grain: one judgment. Additive.
SELECT DISTINCT criterion_code, item_code, trainer_code, held_round AS round FROM outcome WHERE outcome = 'superseding';
