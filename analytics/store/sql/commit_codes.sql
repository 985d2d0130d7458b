-- Give every item, trainer, criterion and guideline version that is new to the store its small integer code.
-- Reads: held_*, staged_* (temp views of the writer). Params: none.
-- Returns: temp tables new_items, new_trainers, new_versions; grain: one row a new id. Not additive.

CREATE OR REPLACE TEMP TABLE incoming_items AS
SELECT project, item_id,
       arg_max(prompt, n) FILTER (prompt IS NOT NULL) AS prompt,
       arg_max(responses, n) FILTER (responses IS NOT NULL) AS responses,
       arg_max(topic, n) FILTER (topic IS NOT NULL) AS topic,
       arg_max(language, n) FILTER (language IS NOT NULL) AS language,
       arg_max(domain, n) FILTER (domain IS NOT NULL) AS domain,
       arg_max(guideline_section, n) FILTER (guideline_section IS NOT NULL) AS guideline_section,
       arg_max(sensitive, n) FILTER (sensitive IS NOT NULL) AS sensitive,
       arg_max(attributes, n) FILTER (attributes IS NOT NULL) AS attributes
FROM (SELECT *, row_number() OVER () AS n FROM staged_items WHERE item_id IS NOT NULL)
GROUP BY project, item_id;

CREATE OR REPLACE TEMP TABLE new_items AS
SELECT (SELECT coalesce(max(item_code), -1) FROM held_items) + row_number() OVER (ORDER BY project, item_id) AS item_code,
       project, item_id
FROM (SELECT DISTINCT project, item_id FROM staged_judgments
      UNION SELECT project, item_id FROM incoming_items
      UNION SELECT project, item_id FROM staged_gold)
WHERE item_id IS NOT NULL
  AND (project, item_id) NOT IN (SELECT (project, item_id) FROM held_items);

CREATE OR REPLACE TEMP TABLE incoming_trainers AS
SELECT trainer_id,
       arg_max(display_name, n) FILTER (display_name IS NOT NULL) AS display_name,
       arg_max(team, n) FILTER (team IS NOT NULL) AS team,
       arg_max(locale, n) FILTER (locale IS NOT NULL) AS locale,
       arg_max(expertise, n) FILTER (expertise IS NOT NULL) AS expertise,
       arg_max(cohort, n) FILTER (cohort IS NOT NULL) AS cohort,
       arg_max(started_on, n) FILTER (started_on IS NOT NULL) AS started_on,
       arg_max(kind, n) FILTER (kind IS NOT NULL) AS kind,
       arg_max(groups, n) FILTER (groups IS NOT NULL) AS groups
FROM (SELECT *, row_number() OVER () AS n FROM staged_trainers WHERE trainer_id IS NOT NULL)
GROUP BY trainer_id;

CREATE OR REPLACE TEMP TABLE new_trainers AS
SELECT (SELECT coalesce(max(trainer_code), -1) FROM held_trainers) + row_number() OVER (ORDER BY trainer_id) AS trainer_code,
       trainer_id
FROM (SELECT DISTINCT trainer_id FROM staged_judgments UNION SELECT trainer_id FROM incoming_trainers)
WHERE trainer_id IS NOT NULL AND trainer_id NOT IN (SELECT trainer_id FROM held_trainers);

CREATE OR REPLACE TEMP TABLE incoming_versions AS
SELECT project, version,
       arg_max(effective_from, n) FILTER (effective_from IS NOT NULL) AS effective_from,
       arg_max(note, n) FILTER (note IS NOT NULL) AS note
FROM (SELECT *, row_number() OVER () AS n FROM staged_guidelines WHERE version IS NOT NULL)
GROUP BY project, version;

CREATE OR REPLACE TEMP TABLE new_versions AS
SELECT (SELECT coalesce(max(version_code), 0) FROM held_guidelines) + row_number() OVER (ORDER BY project, version) AS version_code,
       project, version
FROM (SELECT DISTINCT project, guideline_version AS version FROM staged_judgments WHERE guideline_version IS NOT NULL
      UNION SELECT project, version FROM incoming_versions)
WHERE (project, version) NOT IN (SELECT (project, version) FROM held_guidelines);
