-- Which criteria were judged on sensitive items. Reads: peers, items. Params: none.
-- Returns: criterion_code, n_items, n_sensitive (items marked sensitive), n_marked (items marked either way);
--          grain: one criterion with a judgment. Additive over disjoint sets of items.
SELECT criterion_code, count(*)::BIGINT AS n_items, count(*) FILTER (i.sensitive)::BIGINT AS n_sensitive,
       count(i.sensitive)::BIGINT AS n_marked
FROM (SELECT DISTINCT criterion_code, item_code FROM peers) p JOIN items i USING (item_code)
GROUP BY criterion_code ORDER BY criterion_code;
