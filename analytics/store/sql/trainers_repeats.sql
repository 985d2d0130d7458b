-- Pairs of a trainer's first judgment and a later blind round on the same item and guideline version.
-- Reads: peers, judgments. Params: none.
-- Returns: criterion_code, trainer_code, first, again (label codes), n; grain: criterion x trainer x pair of labels.
--          Additive over disjoint sets of items.
SELECT a.criterion_code, a.trainer_code, a.label_code AS first, b.label_code AS again, count(*)::BIGINT AS n
FROM peers a JOIN judgments b USING (criterion_code, item_code, version_code, trainer_code)
WHERE b.status = 'submitted' AND b.round > 1 AND a.label_code IS NOT NULL AND b.label_code IS NOT NULL
GROUP BY ALL
ORDER BY ALL;
