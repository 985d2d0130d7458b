-- What became of a gold file's rows.
-- Reads: held_gold, staged_gold. Params: none.
-- Returns: rows, duplicates, superseded. Additive over files.
SELECT count(*)::BIGINT AS n_rows,
       count(*) FILTER (h.label = s.label)::BIGINT AS duplicates,
       count(*) FILTER (h.label <> s.label)::BIGINT AS superseded
FROM staged_gold s
LEFT JOIN held_gold h ON h.project = s.project AND h.item_id = s.item_id AND h.criterion = s.criterion
     AND h.since IS NOT DISTINCT FROM s.since;
