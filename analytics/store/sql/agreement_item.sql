-- One item: its text and what is known of it.
-- Reads: items. Params: $project, $item_id.
-- Returns: item_code, prompt, responses (JSON), topic, language, domain, guideline_section, sensitive, attributes (JSON);
--          at most one row. Not additive.
SELECT item_code, prompt, responses, topic, language, domain, guideline_section, sensitive, attributes
FROM items WHERE project = $project AND item_id = $item_id;
