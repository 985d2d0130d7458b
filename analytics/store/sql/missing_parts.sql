-- How much of what some pages need the selected judgments carry.
-- Reads: judgments, items, gold, some_criteria. Params: none.
-- Returns: counts of judgments (n_*) that have each part; one row. Additive.
SELECT count(*)::BIGINT AS n,
       count(j.judged_at)::BIGINT AS n_judged_at,
       count(j.duration_s)::BIGINT AS n_duration_s,
       count(j.confidence)::BIGINT AS n_confidence,
       count(j.rationale)::BIGINT AS n_rationale,
       count(j.shown_first)::BIGINT AS n_shown_first,
       count(*) FILTER (j.version_code > 0)::BIGINT AS n_guideline_version,
       count(j.session_id)::BIGINT AS n_session_id,
       count(*) FILTER (j.round > 1)::BIGINT AS n_repeat,
       count(i.prompt)::BIGINT AS n_prompt,
       count(i.topic)::BIGINT AS n_topic,
       count(i.language)::BIGINT AS n_language,
       count(i.guideline_section)::BIGINT AS n_guideline_section,
       count(*) FILTER (i.sensitive IS NOT NULL)::BIGINT AS n_sensitive,
       count(*) FILTER ((c.project, c.criterion, i.item_id) IN (SELECT (project, criterion, item_id) FROM gold))::BIGINT AS n_gold
FROM judgments j
JOIN items i USING (item_code)
JOIN some_criteria c USING (criterion_code);
