-- What became of the file's judgments.
-- Reads: outcome, incoming. Params: none.
-- Returns: accepted, duplicates, superseded, lost (rows whose ids found no code: always 0). Additive.
SELECT count(*) FILTER (outcome = 'accepted')::BIGINT AS accepted,
       (count(*) FILTER (outcome = 'duplicate')
        + (SELECT count(*) FROM incoming WHERE occurrence < 0))::BIGINT AS duplicates,
       count(*) FILTER (outcome IN ('superseding', 'superseded in the file'))::BIGINT AS superseded,
       ((SELECT count(*) FROM staged_judgments) - (SELECT count(*) FROM incoming))::BIGINT AS lost
FROM outcome;
