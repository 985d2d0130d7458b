-- Label-count patterns of one criterion of at most 6 labels, without the trainers: the fastest way to a coefficient.
-- Reads: peers. Params: $criterion_code.
-- Returns: pattern DOUBLE (8 bits a label code; exact below 2^53), size (judgments of one item), n_items;
--          grain: one pattern. Additive over disjoint sets of items.
SELECT pattern, size, count(*)::BIGINT AS n_items
FROM (SELECT sum((1::BIGINT << (8 * label_code))::DOUBLE) AS pattern, count(*)::INTEGER AS size
      FROM peers WHERE criterion_code = $criterion_code AND label_code IS NOT NULL
      GROUP BY unit)
GROUP BY pattern, size;
