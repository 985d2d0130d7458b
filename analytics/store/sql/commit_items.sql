-- Every item of the store after this commit: held ones with what the new file adds, and new ones.
-- Reads: held_items, incoming_items, new_items. Params: none.
-- Returns: the items table; grain: one row an item. Not additive.
SELECT coalesce(h.item_code, n.item_code)::INTEGER AS item_code,
       project, item_id,
       coalesce(i.prompt, h.prompt) AS prompt,
       coalesce(i.responses, h.responses) AS responses,
       coalesce(i.topic, h.topic) AS topic,
       coalesce(i.language, h.language) AS language,
       coalesce(i.domain, h.domain) AS domain,
       coalesce(i.guideline_section, h.guideline_section) AS guideline_section,
       coalesce(i.sensitive, h.sensitive) AS sensitive,
       CASE WHEN i.attributes IS NULL THEN h.attributes WHEN h.attributes IS NULL THEN i.attributes
            ELSE json_merge_patch(h.attributes, i.attributes)::VARCHAR END AS attributes
FROM held_items h
FULL JOIN new_items n USING (project, item_id)
LEFT JOIN incoming_items i USING (project, item_id)
ORDER BY 1;
