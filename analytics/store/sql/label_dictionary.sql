-- What each label code of the selected criteria stands for.
-- Reads: labels, some_criteria. Params: none.
-- Returns: criterion_code, label; ordered so that the n-th row of a criterion is label_code n. Not additive.
SELECT criterion_code, label FROM labels SEMI JOIN some_criteria USING (criterion_code)
ORDER BY criterion_code, label_code;
