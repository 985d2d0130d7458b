-- Gold after this commit: the newest word on each item and criterion.
-- Reads: held_gold, staged_gold. Params: none.
-- Returns: the gold table; grain: one row an item, criterion and `since`. Not additive.
SELECT project, item_id, criterion, arg_max(label, n) AS label, since
FROM (SELECT project, item_id, criterion, label, since, 0 AS n FROM held_gold
      UNION ALL
      SELECT project, item_id, criterion, label, since, row_number() OVER () AS n FROM staged_gold)
WHERE item_id IS NOT NULL AND label IS NOT NULL
GROUP BY project, item_id, criterion, since
ORDER BY ALL;
