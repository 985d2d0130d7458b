-- No filter on items is set. Reads: everything. Params: none. Returns: temp view pool; grain: one judgment. Additive.
CREATE TEMP VIEW pool AS SELECT * FROM everything;
