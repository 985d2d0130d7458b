-- The selected criteria none of whose judgments carries a time.
-- Reads: peers. Params: none. Returns: criterion_code; grain: one criterion. Not additive.
SELECT criterion_code FROM peers GROUP BY criterion_code HAVING count(judged_at) = 0 ORDER BY criterion_code;
