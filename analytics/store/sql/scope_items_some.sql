-- Filters on items are set. Reads: everything, some_items. Params: none.
-- Returns: temp view pool; grain: one judgment. Additive.
CREATE TEMP VIEW pool AS SELECT * FROM everything WHERE item_code IN (SELECT item_code FROM some_items);
