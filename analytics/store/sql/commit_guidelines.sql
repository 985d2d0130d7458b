-- Every guideline version of the store after this commit.
-- Reads: held_guidelines, incoming_versions, new_versions. Params: none.
-- Returns: the guidelines table; grain: one row a version. Not additive.
SELECT project, version, coalesce(h.version_code, n.version_code)::SMALLINT AS version_code,
       coalesce(i.effective_from, h.effective_from) AS effective_from,
       coalesce(i.note, h.note) AS note
FROM held_guidelines h
FULL JOIN new_versions n USING (project, version)
LEFT JOIN incoming_versions i USING (project, version)
ORDER BY project, version_code;
