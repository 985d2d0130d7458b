-- The viewer may see everybody. Reads: pool. Params: none. Returns: temp view judgments; grain: one judgment. Additive.
CREATE TEMP VIEW judgments AS SELECT * FROM pool;
