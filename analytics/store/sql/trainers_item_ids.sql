-- The ids of items with gold. Reads: items, gold. Params: none.
-- Returns: item_code, item_id; grain: one item. Additive over disjoint sets of items.
SELECT item_code, item_id FROM items SEMI JOIN gold USING (project, item_id) ORDER BY item_code;
