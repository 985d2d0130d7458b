-- The trainers of this snapshot: with names for whoever may see them, under a number for everybody else.
-- Reads: files in the variable files_trainers; names_people, viewer. Params: none.
-- Returns: the table's rows; `trainer_id` is what pages show and link by.
CREATE TEMP VIEW everyone AS SELECT * FROM read_parquet(getvariable('files_trainers'));
CREATE TEMP VIEW trainers AS
SELECT trainer_code,
       CASE WHEN getvariable('names_people') OR trainer_id = getvariable('viewer') THEN trainer_id
            ELSE 'trainer-' || (trainer_code + 1) END AS trainer_id,
       CASE WHEN getvariable('names_people') OR trainer_id = getvariable('viewer')
            THEN coalesce(display_name, trainer_id) ELSE 'Trainer ' || (trainer_code + 1) END AS display_name,
       team, locale, expertise, cohort, started_on, kind
FROM everyone;
-- Protected groups of people (age band, region, gender ...), one row a trainer and group; never in a trainer's own scope.
CREATE TEMP VIEW trainer_groups AS
SELECT e.trainer_code, g.key AS group_name, json_extract_string(g.value, '$') AS group_value
FROM everyone e, json_each(e.groups) g
WHERE e.groups IS NOT NULL AND getvariable('viewer') IS NULL;
