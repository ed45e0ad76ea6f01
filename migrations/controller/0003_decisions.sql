-- Entries of the log that belong to no promotion: decisions to live with drift. SQLite takes NOT NULL away only by making the
-- table anew; ids, hashes and so the chain stay as they are.
CREATE TABLE new_event (
  id           INTEGER PRIMARY KEY,
  promotion_id TEXT REFERENCES promotion (promotion_id),
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
  UNIQUE (promotion_id, position),
  CHECK ((promotion_id IS NULL) = (type = 'drift_ignored'))
) STRICT;
INSERT INTO new_event SELECT id, promotion_id, position, type, at, run_id, step, version, attempt, rule, text, facts, hash
  FROM event ORDER BY id;
DROP TABLE event;
ALTER TABLE new_event RENAME TO event;

-- NULLs are never equal to each other in the UNIQUE above.
CREATE UNIQUE INDEX decision_position ON event (position) WHERE promotion_id IS NULL;

CREATE TRIGGER event_is_next BEFORE INSERT ON event
WHEN NEW.id <> (SELECT coalesce(max(id), 0) + 1 FROM event)
BEGIN SELECT RAISE(ABORT, 'events are only ever appended'); END;
CREATE TRIGGER event_is_fixed BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END;
CREATE TRIGGER event_is_kept BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END;
