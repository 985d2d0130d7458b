-- Every ingest, the newest first.
-- Reads: ingests. Params: none. Returns: the table's columns but `versions`; grain: one file. Not additive.
SELECT seq, ingest_id, ingested_at, path, format, layout, sha256, rows, accepted, duplicates, superseded, rejected, notes, recognised
FROM ingests ORDER BY seq DESC;
