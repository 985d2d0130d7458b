-- Choices beside the same trainer's ratings of the two answers, and the ratings of all others.
-- Reads: peers. Params: $criterion_code (the choice), $rating_a, $rating_b (codes of the criteria that rate A and B).
-- Returns: item_code, trainer_code, score (negative: A; NULL: did not choose), difference (rating of B less that of A; NULL:
--          did not rate both); grain: item x trainer who did either. Only numeric ratings count.
WITH chosen AS (
    SELECT item_code, trainer_code,
           CASE lower(label) WHEN 'a' THEN -1 WHEN 'tie' THEN 0 WHEN 'b' THEN 1 ELSE TRY_CAST(label AS INTEGER) END AS score
    FROM peers WHERE criterion_code = $criterion_code
), rated AS (
    SELECT a.item_code, a.trainer_code, TRY_CAST(b.label AS DOUBLE) - TRY_CAST(a.label AS DOUBLE) AS difference
    FROM peers a JOIN peers b USING (item_code, trainer_code)
    WHERE a.criterion_code = $rating_a AND b.criterion_code = $rating_b
)
SELECT item_code, trainer_code, any_value(score) AS score, any_value(difference) AS difference
FROM (SELECT item_code, trainer_code, score, NULL::DOUBLE AS difference FROM chosen
      UNION ALL SELECT item_code, trainer_code, NULL, difference FROM rated)
GROUP BY item_code, trainer_code
HAVING any_value(score) IS NOT NULL OR any_value(difference) IS NOT NULL
ORDER BY item_code, trainer_code;
