-- Rationales with their writer and item, trainer by trainer; one row for a text given on several criteria of one item.
-- Reads: peers. Params: $most (rows at most).
-- Returns: trainer_code, item_code, rationale; grain: trainer x item x text. Not additive.
SELECT trainer_code, item_code, rationale
FROM peers WHERE rationale IS NOT NULL AND length(rationale) >= 20
GROUP BY ALL
ORDER BY trainer_code, item_code, rationale
LIMIT $most;
