-- aggregate: one trainer's own figures, and the anonymous band of the others: quartiles, already coarse.
-- Who sees what: of the viewer only sums over at least 10 judgments; of the others only quartiles over trainers with as
--   many (5 repeats), rounded here so that no caller gets them finer, their number rounded down to fives. Gold is known to
--   the viewer on the viewer's own items alone: there the others' share right on those very items stands for quartiles.
--   What the viewer did not judge has no row. Of chosen days only whole weeks count (Monday to Sunday), so that two choices
--   of days never differ by one judgment of one day. Two selections that differ by one person can at most show on which side of a
--   coarse quartile that unnamed person lies.
-- Reads: pool, judgments, some_trainers, models, some_criteria, items, gold. Params: $criterion_codes INTEGER[],
--        $label_codes INTEGER[], $values DOUBLE[] (one entry per counted label; value NULL where the scale has no order),
--        $edges TIMESTAMPTZ[] (ascending starts and end of the periods of the trend; empty for none).
-- Returns: part ('own', 'period', 'band'), criterion_code, figure, period (its number; own trend only), n, total, squares
--          (own sums over judgments), low, middle, high, mean, spread (band; the last two of gold alone), n_trainers (the
--          others it rests on). Figures: agreement, excess, severity, log_time, gold, overconfidence, consistency.
--          Grain: part x criterion x figure x period. Own sums are additive over disjoint sets of items.
WITH mine AS (
    SELECT DISTINCT criterion_code FROM judgments
), counted AS (
    SELECT unnest($criterion_codes::INTEGER[]) AS criterion_code, unnest($label_codes::INTEGER[]) AS label_code,
           unnest($values::DOUBLE[]) AS value
), scaled AS (
    SELECT criterion_code, (max(value) - min(value)) / 40 AS step FROM counted GROUP BY criterion_code
), given AS (
    SELECT p.criterion_code, p.item_code, p.item_code::BIGINT * 65536 + p.version_code AS unit, p.trainer_code, p.round,
           p.label, p.label_code, p.judged_at, p.confidence, v.value,
           CASE WHEN p.duration_s > 0 THEN ln(p.duration_s) END AS log_s
    FROM pool p
    SEMI JOIN mine USING (criterion_code)
    JOIN counted v USING (criterion_code, label_code)
    WHERE p.status = 'submitted' AND p.trainer_code NOT IN (SELECT trainer_code FROM models)
      AND (getvariable('since') IS NULL OR p.judged_at >= date_trunc('week', getvariable('since') + INTERVAL 6 DAY)::TIMESTAMPTZ)
      AND (getvariable('until') IS NULL OR p.judged_at < date_trunc('week', getvariable('until') + INTERVAL 1 DAY)::TIMESTAMPTZ)
), first_round AS (
    SELECT * FROM given WHERE round = 1
), per_label AS (
    SELECT criterion_code, unit, label_code, count(*) AS n, sum(value) AS value, sum(log_s) AS log_s, count(log_s) AS n_timed
    FROM first_round GROUP BY criterion_code, unit, label_code
), per_unit AS (
    SELECT criterion_code, unit, sum(n) AS m, sum(n * (n - 1)) AS pairs, sum(value) AS value, sum(log_s) AS log_s,
           sum(n_timed) AS n_timed, max(n) AS most, list_reverse_sort(list(n))[2] AS second
    FROM per_label GROUP BY criterion_code, unit
), known AS (
    SELECT c.criterion_code, i.item_code, g.label
    FROM gold g
    JOIN some_criteria c ON c.project = g.project AND c.criterion = g.criterion
    JOIN items i ON i.project = g.project AND i.item_id = g.item_id
), joined AS (
    SELECT j.criterion_code, j.unit, j.trainer_code, j.judged_at, j.confidence, l.n, u.m, u.pairs, c.subjective,
           j.value - (u.value - j.value) / nullif(u.m - 1, 0) AS gap,
           j.log_s - (u.log_s - j.log_s) / nullif(u.n_timed - 1, 0) AS slower,
           CASE WHEN l.n = u.most THEN coalesce(u.second, 0) ELSE u.most END AS most_other,
           g.label = j.label AS right_by_gold
    FROM first_round j
    JOIN per_label l USING (criterion_code, unit, label_code)
    JOIN per_unit u USING (criterion_code, unit)
    JOIN some_criteria c USING (criterion_code)
    LEFT JOIN known g USING (criterion_code, item_code)
), outcome AS (
    -- right: as gold says; without gold as at least two in three of three others or more say, unless tastes may differ
    SELECT *, CASE WHEN right_by_gold IS NOT NULL THEN right_by_gold
                   WHEN m < 4 OR coalesce(subjective, false) THEN NULL
                   WHEN 3 * (n - 1) >= 2 * (m - 1) THEN true
                   WHEN 3 * most_other >= 2 * (m - 1) THEN false END AS right_answer
    FROM joined
), repeats AS (
    SELECT a.criterion_code, a.unit, a.trainer_code, b.judged_at, (a.label = b.label)::INTEGER AS same
    FROM first_round a JOIN given b USING (criterion_code, unit, trainer_code)
    WHERE b.round > 1
), figures AS (
    SELECT criterion_code, unit, trainer_code, judged_at, 'agreement' AS figure, (n - 1) / (m - 1)::DOUBLE AS x
    FROM outcome WHERE m > 1
    UNION ALL
    SELECT criterion_code, unit, trainer_code, judged_at, 'excess', (n - 1) / (m - 1)::DOUBLE - pairs / (m * (m - 1))::DOUBLE
    FROM outcome WHERE m > 1
    UNION ALL
    SELECT criterion_code, unit, trainer_code, judged_at, 'severity', gap FROM outcome WHERE gap IS NOT NULL
    UNION ALL
    SELECT criterion_code, unit, trainer_code, judged_at, 'log_time', slower FROM outcome WHERE slower IS NOT NULL
    UNION ALL
    SELECT criterion_code, unit, trainer_code, judged_at, 'gold', right_by_gold::INTEGER FROM outcome
    WHERE right_by_gold IS NOT NULL
    UNION ALL
    SELECT criterion_code, unit, trainer_code, judged_at, 'overconfidence', confidence - right_answer::INTEGER FROM outcome
    WHERE confidence IS NOT NULL AND right_answer IS NOT NULL
    UNION ALL
    SELECT criterion_code, unit, trainer_code, judged_at, 'consistency', same FROM repeats
), own_rows AS (
    SELECT *, CASE WHEN figure = 'excess' AND judged_at >= list_min($edges::TIMESTAMPTZ[])
                        AND judged_at < list_max($edges::TIMESTAMPTZ[])
                   THEN list_count(list_filter($edges::TIMESTAMPTZ[], lambda e: e <= judged_at)) - 1 END AS period
    FROM figures WHERE trainer_code IN (SELECT trainer_code FROM some_trainers)
), own AS (
    SELECT criterion_code, figure, NULL::BIGINT AS period, count(*) AS n, sum(x) AS total, sum(x * x) AS squares
    FROM own_rows GROUP BY criterion_code, figure
    UNION ALL
    SELECT criterion_code, figure, period, count(*), sum(x), sum(x * x)
    FROM own_rows WHERE period IS NOT NULL GROUP BY criterion_code, figure, period
), others AS (
    SELECT DISTINCT criterion_code, unit, trainer_code, figure FROM figures
    WHERE figure IN ('agreement', 'log_time') AND trainer_code NOT IN (SELECT trainer_code FROM some_trainers)
), met AS (
    SELECT r.criterion_code, r.figure, NULL::BIGINT AS period, count(DISTINCT o.trainer_code) AS n_trainers
    FROM own_rows r JOIN others o USING (criterion_code, unit)
    WHERE o.figure = CASE WHEN r.figure = 'log_time' THEN 'log_time' ELSE 'agreement' END
    GROUP BY r.criterion_code, r.figure
    UNION ALL
    SELECT r.criterion_code, r.figure, r.period, count(DISTINCT o.trainer_code)
    FROM own_rows r JOIN others o USING (criterion_code, unit)
    WHERE r.period IS NOT NULL AND o.figure = 'agreement'
    GROUP BY r.criterion_code, r.figure, r.period
), per_trainer AS (
    SELECT criterion_code, figure, trainer_code, count(*) AS n, avg(x) AS x
    FROM figures WHERE trainer_code NOT IN (SELECT trainer_code FROM some_trainers)
    GROUP BY criterion_code, figure, trainer_code
    HAVING count(*) >= CASE figure WHEN 'gold' THEN 2 WHEN 'consistency' THEN 5 ELSE 10 END
), quartiles AS (
    SELECT criterion_code, figure, quantile_cont(x, 0.25) AS low, quantile_cont(x, 0.5) AS middle,
           quantile_cont(x, 0.75) AS high, sum(x * n) / sum(n) AS mean,
           sqrt(greatest(var_samp(x) - avg(x * (1 - x) / (n - 1)), 0)) AS spread, count(*) AS n_trainers
    FROM per_trainer WHERE EXISTS (SELECT 1 FROM some_trainers)
    GROUP BY criterion_code, figure
), coarse AS (
    SELECT q.*, CASE figure WHEN 'excess' THEN 0.025 WHEN 'overconfidence' THEN 0.025 WHEN 'severity' THEN s.step
                            ELSE 0.05 END AS step
    FROM quartiles q JOIN scaled s USING (criterion_code)
)
SELECT CASE WHEN o.period IS NULL THEN 'own' ELSE 'period' END AS part, o.criterion_code, o.figure, o.period::BIGINT AS period,
       o.n::BIGINT AS n, o.total::DOUBLE AS total, o.squares::DOUBLE AS squares,
       NULL::DOUBLE AS low, NULL::DOUBLE AS middle, NULL::DOUBLE AS high, NULL::DOUBLE AS mean, NULL::DOUBLE AS spread,
       m.n_trainers::BIGINT AS n_trainers
FROM own o
JOIN met m ON m.criterion_code = o.criterion_code AND m.figure = o.figure AND m.period IS NOT DISTINCT FROM o.period
WHERE o.figure NOT IN ('gold', 'consistency') AND o.n >= 10
UNION ALL
SELECT 'band', criterion_code, figure, NULL, NULL, NULL, NULL,
       round(CASE figure WHEN 'gold' THEN NULL WHEN 'log_time' THEN round(exp(low) / step) ELSE round(low / nullif(step, 0)) END * step, 6) + 0,
       round(CASE figure WHEN 'gold' THEN round(mean / step) WHEN 'log_time' THEN round(exp(middle) / step) ELSE round(middle / nullif(step, 0)) END * step, 6) + 0,
       round(CASE figure WHEN 'gold' THEN NULL WHEN 'log_time' THEN round(exp(high) / step) ELSE round(high / nullif(step, 0)) END * step, 6) + 0,
       CASE WHEN figure = 'gold' THEN round(round(mean / 0.02) * 0.02, 6) END,
       CASE WHEN figure = 'gold' THEN round(round(spread / 0.02) * 0.02, 6) END,
       (n_trainers // 5 * 5)::BIGINT
FROM coarse
WHERE low IS NOT NULL AND (figure <> 'severity' OR step > 0)
ORDER BY part, criterion_code, figure, period;
