-- The viewer may see some people's rows, or asked for some. Reads: pool, some_trainers. Params: none.
-- Returns: temp view judgments; grain: one judgment. Additive.
CREATE TEMP VIEW judgments AS SELECT * FROM pool WHERE trainer_code IN (SELECT trainer_code FROM some_trainers);
