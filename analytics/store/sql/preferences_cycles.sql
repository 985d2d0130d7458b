-- Choices within prompts that have three answers or more, so that they can go in a circle.
-- Reads: peers, items, some_criteria. Params: $criterion_code, $one_in (keeps one prompt in so many, by its number).
-- Returns: prompt (number of the prompt text and project), trainer_code, first, second (numbers of the answers; the same
--          text under the same prompt is the same answer), score (negative: the first), item_code; grain: one judgment.
WITH answers AS (
    SELECT item_code, dense_rank() OVER (ORDER BY project, topic, prompt) AS prompt,
           json_extract_string(responses, CASE WHEN turned THEN '$[1].text' ELSE '$[0].text' END) AS a,
           json_extract_string(responses, CASE WHEN turned THEN '$[0].text' ELSE '$[1].text' END) AS b
    FROM (SELECT *, json_extract_string(responses, '$[0].id') = 'B'
                    AND json_extract_string(responses, '$[1].id') = 'A' AS turned
          FROM items WHERE json_valid(responses) AND prompt IS NOT NULL)
), linked AS (
    SELECT * FROM answers WHERE a IS NOT NULL AND b IS NOT NULL AND a <> b AND prompt % $one_in::INTEGER = 0
), named AS (
    SELECT text, row_number() OVER (ORDER BY text) AS code
    FROM (SELECT a AS text FROM linked UNION SELECT b FROM linked)
), many AS (
    SELECT prompt FROM (SELECT prompt, a AS text FROM linked UNION SELECT prompt, b FROM linked)
    GROUP BY prompt HAVING count(*) > 2
)
SELECT l.prompt, p.trainer_code, x.code AS first, y.code AS second,
       CASE lower(p.label) WHEN 'a' THEN -1 WHEN 'tie' THEN 0 WHEN 'b' THEN 1 ELSE TRY_CAST(p.label AS INTEGER) END AS score,
       p.item_code
FROM peers p JOIN linked l USING (item_code)
JOIN named x ON x.text = l.a JOIN named y ON y.text = l.b
WHERE p.criterion_code = $criterion_code AND p.label IS NOT NULL AND l.prompt IN (SELECT prompt FROM many)
ORDER BY l.prompt, p.trainer_code, x.code, y.code, p.item_code;
