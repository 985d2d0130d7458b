-- The criteria in scope and selected, with their scales.
-- Reads: some_criteria. Params: none.
-- Returns: project, criterion, code, level, labels, subjective, target, cost, inferred; grain: one criterion. Not additive.
SELECT project, criterion, criterion_code, level, labels, subjective, target, cost, inferred
FROM some_criteria ORDER BY project, criterion;
