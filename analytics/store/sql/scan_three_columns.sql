-- The least that any count must read: the yardstick of the benchmarks.
-- Reads: judgments. Params: none. Returns: sums of three code columns; one row. Additive.
SELECT sum(item_code)::BIGINT AS items, sum(trainer_code)::BIGINT AS trainers, sum(label_code)::BIGINT AS labels
FROM judgments;
