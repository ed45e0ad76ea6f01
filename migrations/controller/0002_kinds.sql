-- More kinds of promotions. SQLite changes a CHECK only by making the table anew; the events that point at it find it again
-- by its name.
DROP TRIGGER promotion_is_kept;
DROP TRIGGER promotion_ends_once;

CREATE TABLE new_promotion (
  number       INTEGER PRIMARY KEY,
  promotion_id TEXT NOT NULL UNIQUE CHECK (promotion_id <> ''),
  request_id   TEXT UNIQUE CHECK (request_id <> ''),
  kind         TEXT NOT NULL CHECK (kind IN ('promote', 'rollback', 'baseline', 'restore', 'break_glass')),
  environment  TEXT NOT NULL CHECK (environment <> ''),
  plan_name    TEXT NOT NULL,
  plan_digest  TEXT NOT NULL,
  to_version   TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  targets      TEXT NOT NULL CHECK (json_valid(targets)),
  state        TEXT NOT NULL CHECK (state IN ('running', 'succeeded', 'failed', 'cancelled')),
  event_count  INTEGER NOT NULL CHECK (event_count >= 0),
  requested_at TEXT NOT NULL,
  finished_at  TEXT,
  CHECK ((state = 'running') = (finished_at IS NULL))
) STRICT;
INSERT INTO new_promotion SELECT number, promotion_id, request_id, kind, environment, plan_name, plan_digest, to_version,
  requested_by, targets, state, event_count, requested_at, finished_at FROM promotion;
DROP TABLE promotion;
ALTER TABLE new_promotion RENAME TO promotion;

CREATE UNIQUE INDEX one_active_promotion ON promotion (environment) WHERE state = 'running';
CREATE INDEX promotion_by_environment ON promotion (environment, number);

CREATE TRIGGER promotion_ends_once BEFORE UPDATE OF state ON promotion
WHEN OLD.state <> 'running' AND NEW.state <> OLD.state
BEGIN SELECT RAISE(ABORT, 'a promotion that has ended stays as it ended'); END;
CREATE TRIGGER promotion_is_kept BEFORE DELETE ON promotion
BEGIN SELECT RAISE(ABORT, 'promotions are never deleted'); END;
