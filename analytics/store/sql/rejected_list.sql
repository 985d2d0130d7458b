-- Rows that were set aside, the newest first.
-- Reads: rejected, ingests. Params: $most (rows at most).
-- Returns: ingested_at, source, source_row, column, reason, value, raw; grain: one row set aside. Additive.
SELECT i.ingested_at, r.source, r.source_row, r."column", r.reason, r.value, r.raw
FROM rejected r JOIN ingests i USING (ingest_id)
ORDER BY i.seq DESC, r.source_row
LIMIT $most;
