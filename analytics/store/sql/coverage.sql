-- How many items have one, two, three or more judgments, by criterion.
-- Reads: peers, some_criteria. Params: none.
-- Returns: project, criterion, criterion_code, one, two, more (items); grain: one criterion. Additive over disjoint items.
SELECT project, criterion, criterion_code,
       count(*) FILTER (m = 1)::BIGINT AS one,
       count(*) FILTER (m = 2)::BIGINT AS two,
       count(*) FILTER (m >= 3)::BIGINT AS more
FROM (SELECT criterion_code, unit, count(*) AS m FROM peers GROUP BY criterion_code, unit)
JOIN some_criteria USING (criterion_code)
GROUP BY project, criterion, criterion_code
ORDER BY project, criterion;
