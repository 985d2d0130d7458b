-- As counts.sql for one criterion of at most 6 labels, packed into one number: for logs of millions.
-- Reads: peers. Params: $criterion_code.
-- Returns: trainer_code, pattern DOUBLE (8 bits a label code; exact below 2^53), size, label_code, n;
--          grain: trainer x pattern x label. Additive over disjoint sets of items.
WITH mine AS (
    SELECT unit, trainer_code, label_code FROM peers
    WHERE criterion_code = $criterion_code AND label_code IS NOT NULL
), counted AS (
    SELECT unit, sum((1::BIGINT << (8 * label_code))::DOUBLE) AS pattern, count(*)::INTEGER AS size FROM mine GROUP BY unit
)
SELECT trainer_code, pattern, size, label_code, count(*)::BIGINT AS n
FROM mine JOIN counted USING (unit)
GROUP BY trainer_code, pattern, size, label_code;
