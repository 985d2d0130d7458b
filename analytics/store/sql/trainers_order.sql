-- The same judgments of one criterion of choices, with the order in which the two answers were shown, and their length.
-- Reads: peers, items. Params: $criterion_code, $one_in (keeps one item in so many, by its number).
-- Returns: first (-1: the answer A stood first, 1: B, NULL unknown), longer_a (log of the length of A over B);
--          grain: one judgment, sorted by unit and trainer as in trainers_judgments. Additive.
WITH asked AS (
    SELECT item_code, CASE WHEN json_valid(responses) THEN responses END AS r
    FROM items SEMI JOIN (SELECT item_code FROM peers WHERE criterion_code = $criterion_code) USING (item_code)
),
turned AS (
    SELECT *, coalesce(json_extract_string(r, '$[0].id') = 'B' AND json_extract_string(r, '$[1].id') = 'A', false)
              AS turned
    FROM asked
),
described AS (
    SELECT item_code,
           coalesce(json_extract_string(r, CASE WHEN turned THEN '$[1].id' ELSE '$[0].id' END), 'A') AS id_a,
           coalesce(json_extract_string(r, CASE WHEN turned THEN '$[0].id' ELSE '$[1].id' END), 'B') AS id_b,
           length(json_extract_string(r, CASE WHEN turned THEN '$[1].text' ELSE '$[0].text' END)) AS long_a,
           length(json_extract_string(r, CASE WHEN turned THEN '$[0].text' ELSE '$[1].text' END)) AS long_b
    FROM turned
)
SELECT CASE WHEN p.shown_first = d.id_a THEN -1 WHEN p.shown_first = d.id_b THEN 1 END AS first,
       CASE WHEN d.long_a > 0 AND d.long_b > 0 THEN ln(d.long_a / d.long_b) END AS longer_a
FROM peers p JOIN described d USING (item_code)
WHERE p.criterion_code = $criterion_code AND p.label_code IS NOT NULL AND p.item_code % $one_in::INTEGER = 0
ORDER BY p.unit, p.trainer_code;
