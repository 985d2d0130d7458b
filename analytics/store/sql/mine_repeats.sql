-- How often the viewer gave the same answer to the same item again.
-- Reads: judgments, peers. Params: none.
-- Returns: criterion_code, n, same; grain: one criterion, pairs of the first and a later round. Additive.
SELECT a.criterion_code, count(*)::BIGINT AS n, count(*) FILTER (a.label = b.label)::BIGINT AS same
FROM peers a
JOIN judgments b USING (criterion_code, item_code, version_code, trainer_code)
WHERE b.status = 'submitted' AND b.round > 1 AND a.label_code IS NOT NULL AND b.label_code IS NOT NULL
GROUP BY a.criterion_code
ORDER BY a.criterion_code;
