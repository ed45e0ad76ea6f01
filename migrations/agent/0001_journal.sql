-- The agent's own record: commands received, reports not yet acknowledged, plans. Payloads are protobuf bytes.

CREATE TABLE journal (
  only          INTEGER PRIMARY KEY CHECK (only = 1),
  journal_id    TEXT NOT NULL,
  highest_epoch INTEGER NOT NULL CHECK (highest_epoch >= 0),
  last_sequence INTEGER NOT NULL CHECK (last_sequence >= 0)
) STRICT;
INSERT INTO journal (only, journal_id, highest_epoch, last_sequence) VALUES (1, '', 0, 0);

CREATE TRIGGER journal_never_goes_back BEFORE UPDATE ON journal
WHEN NEW.highest_epoch < OLD.highest_epoch OR NEW.last_sequence < OLD.last_sequence
  OR (OLD.journal_id <> '' AND NEW.journal_id <> OLD.journal_id)
BEGIN SELECT RAISE(ABORT, 'epoch and sequence of a journal only rise'); END;

-- One row a command id, kept for ever: a command is never new twice.
CREATE TABLE command (
  command_id TEXT PRIMARY KEY CHECK (command_id <> ''),
  target_id  TEXT NOT NULL,
  attempt    INTEGER NOT NULL,
  payload    BLOB NOT NULL,
  state      TEXT NOT NULL CHECK (state IN ('accepted', 'finished'))
) STRICT;

CREATE TABLE report (
  sequence     INTEGER PRIMARY KEY,
  command_id   TEXT NOT NULL,
  attempt      INTEGER NOT NULL,
  final        INTEGER NOT NULL CHECK (final IN (0, 1)),
  acknowledged INTEGER NOT NULL DEFAULT 0 CHECK (acknowledged IN (0, 1)),
  payload      BLOB NOT NULL,
  written_at   INTEGER NOT NULL -- seconds since 1970
) STRICT;
CREATE UNIQUE INDEX one_outcome_an_attempt ON report (command_id, attempt) WHERE final = 1;
CREATE INDEX report_to_send ON report (sequence) WHERE acknowledged = 0;

CREATE TABLE tombstone (
  command_id TEXT PRIMARY KEY CHECK (command_id <> '')
) STRICT;

CREATE TABLE plan (
  digest  TEXT PRIMARY KEY CHECK (digest <> ''),
  content BLOB NOT NULL
) STRICT;
