-- By what the judged items of one criterion can be sliced, and how many different values each attribute has.
-- Reads: peers, items, guidelines. Params: $criterion_code, $most_items (items whose further attributes are looked at).
-- Returns: attribute, n_values; grain: one attribute; attributes without any value are left out. Not additive.
WITH mine AS (
    SELECT item_code, version_code, batch, count(*) AS n FROM peers WHERE criterion_code = $criterion_code
    GROUP BY item_code, version_code, batch
), described AS (
    SELECT topic, language, domain, guideline_section, sensitive, responses, attributes
    FROM items WHERE item_code IN (SELECT item_code FROM mine)
), further AS (
    SELECT j.key AS attribute, count(DISTINCT json_extract_string(j.value, '$'))::BIGINT AS n_values
    FROM (SELECT attributes FROM described WHERE attributes IS NOT NULL LIMIT $most_items::BIGINT) d,
         json_each(d.attributes) j
    GROUP BY j.key
), wide AS (
    SELECT count(DISTINCT topic) AS topic, count(DISTINCT language) AS language, count(DISTINCT domain) AS domain,
           count(DISTINCT guideline_section) AS guideline_section, count(DISTINCT sensitive) AS sensitive
    FROM described
)
SELECT attribute, n_values::BIGINT AS n_values FROM (
    SELECT 'topic' AS attribute, topic AS n_values FROM wide
    UNION ALL SELECT 'language', language FROM wide
    UNION ALL SELECT 'domain', domain FROM wide
    UNION ALL SELECT 'guideline_section', guideline_section FROM wide
    UNION ALL SELECT 'sensitive', sensitive FROM wide
    UNION ALL SELECT 'guideline_version',
                     (SELECT count(DISTINCT version) FROM guidelines WHERE version_code IN (SELECT version_code FROM mine))
    UNION ALL SELECT 'batch', (SELECT count(DISTINCT batch) FROM mine)
    UNION ALL SELECT 'responses.model', count(DISTINCT model)
              FROM (SELECT unnest(json_extract_string(responses, '$[*].model')) AS model
                    FROM described WHERE responses IS NOT NULL)
    UNION ALL (SELECT attribute, n_values FROM further ORDER BY attribute)
)
WHERE n_values > 0;
