-- The controller's own store. Times are RFC 3339 in UTC, lists are JSON: everything can be read with sqlite3.
-- An edited, lost or reordered event is found by the hashes; the triggers keep honest programs from doing it at all.

CREATE TABLE controller (
  only  INTEGER PRIMARY KEY CHECK (only = 1),
  epoch INTEGER NOT NULL CHECK (epoch >= 0)
) STRICT;
INSERT INTO controller (only, epoch) VALUES (1, 0);

CREATE TABLE plan (
  number        INTEGER PRIMARY KEY,
  digest        TEXT NOT NULL UNIQUE CHECK (digest <> ''),
  name          TEXT NOT NULL,
  registered_by TEXT NOT NULL,
  registered_at TEXT NOT NULL
) STRICT;
CREATE INDEX plan_by_name ON plan (name, number);

CREATE TABLE plan_file (
  plan    INTEGER NOT NULL REFERENCES plan (number),
  ordinal INTEGER NOT NULL CHECK (ordinal >= 1),
  name    TEXT NOT NULL CHECK (name <> ''),
  content BLOB NOT NULL,
  PRIMARY KEY (plan, ordinal),
  UNIQUE (plan, name)
) STRICT;

CREATE TRIGGER plan_is_fixed BEFORE UPDATE ON plan
BEGIN SELECT RAISE(ABORT, 'a registered plan is never changed'); END;
CREATE TRIGGER plan_file_is_fixed BEFORE UPDATE ON plan_file
BEGIN SELECT RAISE(ABORT, 'a registered plan is never changed'); END;

CREATE TABLE environment (
  name    TEXT PRIMARY KEY CHECK (name <> ''),
  ordinal INTEGER NOT NULL UNIQUE CHECK (ordinal >= 1)
) STRICT;

CREATE TABLE environment_target (
  target_id   TEXT PRIMARY KEY CHECK (target_id <> ''),
  environment TEXT NOT NULL REFERENCES environment (name) ON DELETE CASCADE,
  ordinal     INTEGER NOT NULL CHECK (ordinal >= 1),
  UNIQUE (environment, ordinal)
) STRICT;

CREATE TABLE promotion (
  number       INTEGER PRIMARY KEY,
  promotion_id TEXT NOT NULL UNIQUE CHECK (promotion_id <> ''),
  request_id   TEXT UNIQUE CHECK (request_id <> ''),
  kind         TEXT NOT NULL CHECK (kind IN ('promote', 'rollback')),
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
CREATE UNIQUE INDEX one_active_promotion ON promotion (environment) WHERE state = 'running';
CREATE INDEX promotion_by_environment ON promotion (environment, number);

CREATE TRIGGER promotion_ends_once BEFORE UPDATE OF state ON promotion
WHEN OLD.state <> 'running' AND NEW.state <> OLD.state
BEGIN SELECT RAISE(ABORT, 'a promotion that has ended stays as it ended'); END;
CREATE TRIGGER promotion_is_kept BEFORE DELETE ON promotion
BEGIN SELECT RAISE(ABORT, 'promotions are never deleted'); END;

CREATE TABLE event (
  id           INTEGER PRIMARY KEY,
  promotion_id TEXT NOT NULL REFERENCES promotion (promotion_id),
  position     INTEGER NOT NULL CHECK (position >= 1),
  type         TEXT NOT NULL CHECK (type <> ''),
  at           TEXT NOT NULL,
  run_id       TEXT NOT NULL,
  step         TEXT NOT NULL,
  version      TEXT NOT NULL,
  attempt      INTEGER NOT NULL CHECK (attempt >= 0),
  rule         TEXT NOT NULL,
  text         TEXT NOT NULL,
  facts        TEXT NOT NULL CHECK (json_valid(facts)),
  hash         TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
  UNIQUE (promotion_id, position)
) STRICT;

CREATE TRIGGER event_is_next BEFORE INSERT ON event
WHEN NEW.id <> (SELECT coalesce(max(id), 0) + 1 FROM event)
BEGIN SELECT RAISE(ABORT, 'events are only ever appended'); END;
CREATE TRIGGER event_is_fixed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END;
CREATE TRIGGER event_is_kept BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END;

-- Where the log ends, so that lost newest entries are missed.
CREATE TABLE log_head (
  only   INTEGER PRIMARY KEY CHECK (only = 1),
  events INTEGER NOT NULL CHECK (events >= 0),
  hash   TEXT NOT NULL
) STRICT;
INSERT INTO log_head (only, events, hash) VALUES (1, 0, '');

CREATE TABLE report (
  agent_id   TEXT NOT NULL CHECK (agent_id <> ''),
  journal_id TEXT NOT NULL,
  sequence   INTEGER NOT NULL CHECK (sequence >= 1),
  PRIMARY KEY (agent_id, journal_id, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE target (
  target_id  TEXT PRIMARY KEY CHECK (target_id <> ''),
  agent_id   TEXT NOT NULL,
  status     BLOB NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;

CREATE TABLE agent (
  agent_id     TEXT PRIMARY KEY CHECK (agent_id <> ''),
  software     TEXT NOT NULL,
  peer         TEXT NOT NULL,
  capabilities TEXT NOT NULL CHECK (json_valid(capabilities)),
  target_ids   TEXT NOT NULL CHECK (json_valid(target_ids)),
  last_seen    TEXT NOT NULL
) STRICT;
