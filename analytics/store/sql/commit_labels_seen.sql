-- The distinct labels each criterion of the new file uses, and those held.
-- Reads: staged_judgments, held_labels, held_criteria. Params: none.
-- Returns: project, criterion, label, staged (true where the new file uses it); grain: one row a label. Not additive.
SELECT project, criterion, label, bool_or(staged) AS staged
FROM (SELECT DISTINCT project, criterion, label, true AS staged FROM staged_judgments WHERE label IS NOT NULL
      UNION ALL
      SELECT c.project, c.criterion, l.label, false FROM held_labels l JOIN held_criteria c USING (criterion_code))
GROUP BY project, criterion, label
ORDER BY project, criterion, label;
