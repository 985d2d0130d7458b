-- What is known of the items of one criterion, for slices, causes and lists.
-- Reads: peers, items, guidelines. Params: $criterion_code, $one_in (keeps one item in so many), $characters (of the text).
-- Returns: unit, item_id, version, topic, language, domain, guideline_section, sensitive, model (the responses' models,
--          joined), length (characters of prompt and responses), attributes (JSON), text (the prompt's beginning);
--          grain: item under one guideline version, sorted by unit. Additive over disjoint sets of items.
WITH mine AS (
    SELECT DISTINCT unit, item_code, version_code
    FROM peers
    WHERE criterion_code = $criterion_code AND label_code IS NOT NULL AND item_code % $one_in::INTEGER = 0
)
SELECT m.unit, i.item_id, g.version, i.topic, i.language, i.domain, i.guideline_section, i.sensitive,
       array_to_string(list_sort(list_distinct(json_extract_string(
           CASE WHEN json_valid(i.responses) THEN i.responses END, '$[*].model'))), ' + ') AS model,
       length(coalesce(i.prompt, '')) + length(coalesce(i.responses, '')) AS length,
       i.attributes, left(i.prompt, $characters::BIGINT) AS text
FROM mine m JOIN items i USING (item_code) LEFT JOIN guidelines g USING (version_code)
ORDER BY m.unit;
