-- How many rationales trainers_rationales could return. Reads: peers. Params: none.
-- Returns: n; grain: all. Additive over disjoint sets of trainers.
SELECT count(*)::BIGINT AS n
FROM (SELECT trainer_code, item_code, rationale FROM peers
      WHERE rationale IS NOT NULL AND length(rationale) >= 20 GROUP BY ALL);
