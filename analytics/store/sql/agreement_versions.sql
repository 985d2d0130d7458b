-- The guideline versions under which one criterion was judged, and since when each holds.
-- Reads: peers, guidelines. Params: $criterion_code.
-- Returns: version, effective_from (as declared, or NULL), first_judged, n_judgments; grain: one version. Not additive.
SELECT g.version, any_value(g.effective_from) AS effective_from, min(p.judged_at) AS first_judged,
       count(*)::BIGINT AS n_judgments
FROM peers p JOIN guidelines g USING (version_code)
WHERE p.criterion_code = $criterion_code
GROUP BY g.version
ORDER BY first_judged, g.version;
