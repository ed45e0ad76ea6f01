-- What the agent must remember of targets that their ledgers alone cannot tell it.

-- A COMMIT that was about to be sent: if its answer is lost, the server is asked about this transaction.
CREATE TABLE commit_in_doubt (
  command_id TEXT PRIMARY KEY CHECK (command_id <> ''),
  target_id  TEXT NOT NULL,
  cluster    TEXT NOT NULL, -- the server's system identifier
  version    TEXT NOT NULL,
  direction  TEXT NOT NULL CHECK (direction IN ('up', 'down')),
  segment    INTEGER NOT NULL,
  xid        TEXT NOT NULL
) STRICT;

-- The newest ledger event of a target that a step of this agent has ended with. A ledger without it is of an older copy.
CREATE TABLE seen_event (
  target_id TEXT PRIMARY KEY CHECK (target_id <> ''),
  event_id  INTEGER NOT NULL,
  hash      TEXT NOT NULL,
  step      TEXT NOT NULL
) STRICT;

-- How often an attempt was begun by a process that did not live to its end.
CREATE TABLE interrupted (
  command_id TEXT NOT NULL,
  attempt    INTEGER NOT NULL,
  times      INTEGER NOT NULL,
  PRIMARY KEY (command_id, attempt)
) STRICT;
