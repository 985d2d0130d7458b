-- When the selected judgments were made.
-- Reads: judgments. Params: none. Returns: first, last (NULL without times), n; one row. Additive by min, max, sum.
SELECT min(judged_at) AS first, max(judged_at) AS last, count(*)::BIGINT AS n FROM judgments;
