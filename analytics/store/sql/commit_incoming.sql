-- The new file's judgments in codes, each with the identity that a later file can correct.
-- Reads: staged_judgments, now_items, now_trainers, now_criteria, now_labels, now_guidelines. Params: none.
-- Returns: temp table incoming; grain: one row a judgment of the file. Additive.
--
-- Identity: with an id of the source, (criterion, item, trainer, id); without one, (criterion, item, trainer, round),
-- where the round is the source's, else the how-many-eth time this trainer judged this item in this file. Rows equal in
-- everything including the moment are one judgment written twice.

CREATE OR REPLACE TEMP TABLE incoming AS
WITH coded AS (
    SELECT c.criterion_code, i.item_code, t.trainer_code, l.label_code,
           coalesce(g.version_code, 0)::SMALLINT AS version_code,
           s.round, s.status, s.judged_at, s.duration_s, s.confidence, s.position, s.shown_first,
           s.judgment_id, s.label, s.rationale, s.session_id, s.batch, s.source, s.source_row
    FROM staged_judgments s
    JOIN now_items i ON i.project = s.project AND i.item_id = s.item_id
    JOIN now_trainers t ON t.trainer_id = s.trainer_id
    JOIN now_criteria c ON c.project = s.project AND c.criterion = s.criterion
    LEFT JOIN now_labels l ON l.criterion_code = c.criterion_code AND l.label = s.label
    LEFT JOIN now_guidelines g ON g.project = s.project AND g.version = s.guideline_version
), unrepeated AS (
    SELECT *,
           judgment_id IS NULL AND round IS NULL AND judged_at IS NOT NULL AND row_number() OVER (
               PARTITION BY criterion_code, item_code, trainer_code, judged_at, label, status, rationale
               ORDER BY source_row) > 1 AS written_twice
    FROM coded
)
SELECT *,
       CASE WHEN judgment_id IS NOT NULL THEN 0
            WHEN round IS NOT NULL THEN round
            WHEN written_twice THEN -1
            ELSE row_number() OVER (PARTITION BY criterion_code, item_code, trainer_code, judgment_id IS NULL,
                                                 round IS NULL, written_twice
                                    ORDER BY judged_at NULLS LAST, source_row) END::INTEGER AS occurrence
FROM unrepeated;

CREATE OR REPLACE TEMP TABLE classified AS
WITH final AS (
    SELECT *,
           row_number() OVER (PARTITION BY criterion_code, item_code, trainer_code, judgment_id, occurrence
                              ORDER BY judged_at DESC NULLS LAST, source_row DESC) = 1 AS is_final,
           first_value({'label': label, 'status': status, 'rationale': rationale, 'confidence': confidence}) OVER (
               PARTITION BY criterion_code, item_code, trainer_code, judgment_id, occurrence
               ORDER BY judged_at DESC NULLS LAST, source_row DESC) AS last_content
    FROM incoming WHERE occurrence >= 0
), held AS (
    SELECT criterion_code, item_code, trainer_code, round AS held_round, judgment_id AS held_id,
           CASE WHEN judgment_id IS NOT NULL THEN 0 ELSE round END AS occurrence,
           judged_at AS held_at, true AS is_held,
           {'label': label, 'status': status, 'judged_at': judged_at, 'duration_s': duration_s, 'confidence': confidence,
            'rationale': rationale, 'version_code': version_code, 'shown_first': shown_first} AS held_content
    FROM held_judgments SEMI JOIN incoming USING (criterion_code, item_code, trainer_code)
), last_round AS (
    SELECT criterion_code, item_code, trainer_code, max(held_round) AS last_round FROM held GROUP BY ALL
)
SELECT f.*, h.held_round,
       coalesce(h.held_round, f.round, CASE WHEN f.judgment_id IS NULL THEN f.occurrence END,
                coalesce(r.last_round, 0) + row_number() OVER (
                    PARTITION BY f.criterion_code, f.item_code, f.trainer_code, f.is_final, f.judgment_id IS NULL,
                                 h.is_held IS NULL
                    ORDER BY f.judged_at NULLS LAST, f.source_row))::INTEGER AS final_round,
       CASE WHEN h.is_held AND (h.held_at > f.judged_at OR h.held_content = {
                     'label': f.label, 'status': f.status, 'judged_at': f.judged_at, 'duration_s': f.duration_s,
                     'confidence': f.confidence, 'rationale': f.rationale, 'version_code': f.version_code,
                     'shown_first': f.shown_first})
            THEN true ELSE false END AS known,
       h.is_held IS NOT NULL AS is_held
FROM final f
LEFT JOIN held h ON h.criterion_code = f.criterion_code AND h.item_code = f.item_code
     AND h.trainer_code = f.trainer_code AND h.held_id IS NOT DISTINCT FROM f.judgment_id
     AND h.occurrence = f.occurrence
LEFT JOIN last_round r ON r.criterion_code = f.criterion_code AND r.item_code = f.item_code
     AND r.trainer_code = f.trainer_code;

CREATE OR REPLACE TEMP TABLE outcome AS
WITH known AS (
    SELECT criterion_code, item_code, trainer_code, judgment_id, occurrence, bool_or(known AND is_final) AS all_known
    FROM classified GROUP BY ALL
)
SELECT c.*,
       CASE WHEN k.all_known THEN 'duplicate'
            WHEN c.is_final AND c.is_held THEN 'superseding'
            WHEN c.is_final THEN 'accepted'
            WHEN {'label': c.label, 'status': c.status, 'rationale': c.rationale, 'confidence': c.confidence}
                 = c.last_content THEN 'duplicate'
            ELSE 'superseded in the file' END AS outcome
FROM classified c
JOIN known k ON k.criterion_code = c.criterion_code AND k.item_code = c.item_code AND k.trainer_code = c.trainer_code
     AND k.judgment_id IS NOT DISTINCT FROM c.judgment_id AND k.occurrence = c.occurrence;
