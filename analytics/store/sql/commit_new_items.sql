-- The items that are new with this commit.
-- Reads: new_items, incoming_items. Params: none.
-- Returns: rows to append to items; grain: one row an item. Not additive.
SELECT n.item_code::INTEGER AS item_code, project, item_id, i.prompt, i.responses, i.topic, i.language, i.domain,
       i.guideline_section, i.sensitive, i.attributes
FROM new_items n LEFT JOIN incoming_items i USING (project, item_id)
ORDER BY 1;
