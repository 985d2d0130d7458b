-- The criteria that the new file judges.
-- Reads: staged_judgments. Params: none. Returns: project, criterion; grain: one row a criterion. Not additive.
SELECT DISTINCT project, criterion FROM staged_judgments ORDER BY ALL;
