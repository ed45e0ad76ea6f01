-- Format 4: what is being done here now, for a person with psql: SELECT * FROM ferry.activity.
-- One row a run whose segment takes longer than a moment, written outside of the segment's transaction, by the session that
-- watches it. Nothing decides by it: the events do.
CREATE TABLE ferry.activity_report (
  run_id text PRIMARY KEY,
  version text NOT NULL,
  direction text NOT NULL CHECK (direction IN ('up', 'down')),
  segment integer NOT NULL CHECK (segment >= 0),
  segments integer NOT NULL,
  phase text NOT NULL,
  statement text NOT NULL,
  backend_pid integer NOT NULL,
  since timestamptz NOT NULL,
  rows_done bigint NOT NULL,
  rows_total bigint NOT NULL,
  percent double precision,
  signal text NOT NULL,
  waits_for text NOT NULL,
  blocking integer NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
)
-- next
COMMENT ON TABLE ferry.activity_report IS 'What the agent said last of a segment under way. Read ferry.activity instead.'
-- next
-- A backend that is gone, a segment that was begun and is not recorded, a backfill that stopped: each is a row too.
CREATE VIEW ferry.activity AS
WITH generation AS (
  SELECT v.version, ferry.generation_of(v.version) AS generation
  FROM (SELECT e.version FROM ferry.event e WHERE e.kind IN ('segment', 'intent')
        AND NOT EXISTS (SELECT FROM ferry.event f WHERE f.version OPERATOR(pg_catalog.=) e.version
                        AND f.id OPERATOR(pg_catalog.>) e.id AND f.kind IN ('applied', 'rolled_back', 'baseline'))
        UNION SELECT c.version FROM ferry.checkpoint c) v
), latest AS (
  -- The newest thing known of a version that was begun and is not finished.
  SELECT DISTINCT ON (e.version) e.version, e.run_id, e.direction, e.segment, e.kind, e.backend_pid, e.at
  FROM ferry.event e JOIN generation g ON g.version OPERATOR(pg_catalog.=) e.version
    AND g.generation OPERATOR(pg_catalog.=) e.generation
  WHERE e.kind IN ('segment', 'intent')
    AND NOT EXISTS (SELECT FROM ferry.event f WHERE f.version OPERATOR(pg_catalog.=) e.version
                    AND f.generation OPERATOR(pg_catalog.=) e.generation AND f.direction OPERATOR(pg_catalog.=) e.direction
                    AND f.kind IN ('applied', 'rolled_back', 'baseline'))
  ORDER BY e.version, e.id DESC
), stopped AS (
  SELECT l.run_id, l.version, l.direction, l.segment, l.backend_pid, l.at AS since,
         CASE l.kind WHEN 'intent' THEN 'begun, its end is not recorded' ELSE 'recorded; what follows is not begun' END AS state,
         ''::text AS progress
  FROM latest l
  WHERE NOT EXISTS (SELECT FROM ferry.checkpoint c JOIN generation g ON g.version OPERATOR(pg_catalog.=) c.version
    AND g.generation OPERATOR(pg_catalog.=) c.generation WHERE c.version OPERATOR(pg_catalog.=) l.version
    AND c.segment OPERATOR(pg_catalog.>) l.segment)
  UNION ALL
  SELECT c.run_id, c.version, c.direction, c.segment, NULL, c.updated_at, 'between two batches',
         pg_catalog.format('%s rows in %s batches', c.rows_done, c.batches)
  FROM ferry.checkpoint c JOIN generation g ON g.version OPERATOR(pg_catalog.=) c.version
    AND g.generation OPERATOR(pg_catalog.=) c.generation
  WHERE NOT EXISTS (SELECT FROM ferry.event e WHERE e.version OPERATOR(pg_catalog.=) c.version
    AND e.generation OPERATOR(pg_catalog.=) c.generation AND e.direction OPERATOR(pg_catalog.=) c.direction
    AND e.segment OPERATOR(pg_catalog.=) c.segment AND e.kind OPERATOR(pg_catalog.=) 'segment')
)
SELECT r.run_id AS run, r.version AS migration, r.direction, r.segment,
       CASE WHEN a.pid IS NULL THEN 'its backend is gone; ' ELSE '' END OPERATOR(pg_catalog.||) r.phase AS state,
       r.backend_pid AS backend, r.since,
       pg_catalog.concat_ws(', ',
         CASE WHEN r.percent IS NOT NULL THEN pg_catalog.format('%s %%', pg_catalog.round(r.percent::numeric, 1)) END,
         CASE WHEN r.rows_done OPERATOR(pg_catalog.>) 0 THEN pg_catalog.format('%s of about %s rows', r.rows_done, r.rows_total) END,
         NULLIF(r.signal, ''),
         CASE WHEN r.waits_for OPERATOR(pg_catalog.<>) '' THEN 'waits for ' OPERATOR(pg_catalog.||) r.waits_for END,
         CASE WHEN r.blocking OPERATOR(pg_catalog.>) 0 THEN pg_catalog.format('%s sessions wait for it', r.blocking) END) AS progress,
       r.statement, r.updated_at
FROM ferry.activity_report r LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid OPERATOR(pg_catalog.=) r.backend_pid
UNION ALL
SELECT s.run_id, s.version, s.direction, s.segment, s.state, s.backend_pid, s.since, s.progress, '', s.since
FROM stopped s
WHERE NOT EXISTS (SELECT FROM ferry.activity_report r WHERE r.version OPERATOR(pg_catalog.=) s.version)
-- next
COMMENT ON VIEW ferry.activity IS 'What a run is doing here, and what was begun and is not finished. States are sentences; nothing decides by them.'
