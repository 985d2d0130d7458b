-- How many held items the new file says something about.
-- Reads: held_items, incoming_items. Params: none.
-- Returns: n. Additive over projects.
SELECT count(*)::BIGINT AS n FROM held_items JOIN incoming_items USING (project, item_id);
