-- The trainers and items that the scope and the filters leave, as small tables of codes.
-- Reads: everyone, items, criteria, guidelines; variables of scope and filters. Params: none.
-- Returns: temp views some_trainers (trainer_code), some_items (item_code), some_criteria (criterion_code),
--          some_versions (version_code), models (trainer_code).
CREATE TEMP VIEW some_trainers AS
SELECT trainer_code FROM everyone e JOIN trainers t USING (trainer_code)
WHERE (getvariable('scope_trainers') IS NULL OR list_contains(getvariable('scope_trainers'), e.trainer_id))
  AND (getvariable('scope_teams') IS NULL OR list_contains(getvariable('scope_teams'), e.team))
  AND (getvariable('trainers') IS NULL OR list_contains(getvariable('trainers'), t.trainer_id))
  AND (getvariable('teams') IS NULL OR list_contains(getvariable('teams'), e.team));

CREATE TEMP VIEW some_items AS
SELECT item_code FROM items
WHERE (getvariable('topics') IS NULL OR list_contains(getvariable('topics'), topic))
  AND (getvariable('languages') IS NULL OR list_contains(getvariable('languages'), language));

CREATE TEMP VIEW some_criteria AS
SELECT criterion_code, project, criterion, level, labels, subjective, target, cost, inferred FROM criteria
WHERE (getvariable('scope_projects') IS NULL OR list_contains(getvariable('scope_projects'), project))
  AND (getvariable('projects') IS NULL OR list_contains(getvariable('projects'), project))
  AND (getvariable('criteria') IS NULL OR list_contains(getvariable('criteria'), criterion));

CREATE TEMP VIEW some_versions AS
SELECT version_code FROM guidelines
WHERE getvariable('guideline_versions') IS NULL OR list_contains(getvariable('guideline_versions'), version);

CREATE TEMP VIEW models AS SELECT trainer_code FROM everyone WHERE kind = 'model';
