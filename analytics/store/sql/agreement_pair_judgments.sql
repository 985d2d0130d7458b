-- The judgments of some trainers on items that at least two of them judged: what a table of trainer pairs is made from.
-- Reads: peers. Params: $criterion_code, $trainers INTEGER[] (codes), $label_codes INTEGER[] (the labels that count).
-- Returns: unit, trainer_code, label_code; grain: one judgment, ordered by unit and trainer. Additive over disjoint items.
WITH mine AS (
    SELECT unit, trainer_code, label_code FROM peers
    WHERE criterion_code = $criterion_code AND list_contains($label_codes::INTEGER[], label_code)
      AND trainer_code IN (SELECT unnest($trainers::INTEGER[]))
)
SELECT unit, trainer_code, label_code FROM mine
WHERE unit IN (SELECT unit FROM mine GROUP BY unit HAVING count(*) > 1)
ORDER BY unit, trainer_code;
