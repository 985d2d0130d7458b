-- What the filters can choose from, within the scope.
-- Reads: items, criteria, trainers, some_trainers, guidelines, judgments. Params: none.
-- Returns: kind, value, title; grain: one choice. Not additive.
SELECT DISTINCT 'project' AS kind, project AS value, project AS title FROM some_criteria
UNION ALL SELECT DISTINCT 'criterion', criterion, criterion FROM some_criteria
UNION ALL SELECT DISTINCT 'topic', topic, topic FROM items WHERE topic IS NOT NULL
UNION ALL SELECT DISTINCT 'language', language, language FROM items WHERE language IS NOT NULL
UNION ALL SELECT DISTINCT 'team', team, team FROM trainers SEMI JOIN some_trainers USING (trainer_code) WHERE team IS NOT NULL
UNION ALL SELECT 'trainer', trainer_id, display_name FROM trainers SEMI JOIN some_trainers USING (trainer_code)
UNION ALL SELECT DISTINCT 'guideline_version', version, version FROM guidelines
          WHERE getvariable('scope_projects') IS NULL OR list_contains(getvariable('scope_projects'), project)
UNION ALL SELECT DISTINCT 'batch', batch, batch FROM judgments WHERE batch IS NOT NULL
ORDER BY kind, title;
