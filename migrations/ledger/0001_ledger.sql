-- Format 1 of the ledger: the schema `ferry` in a target. Statements are separated by lines `-- next`.
-- Everything belongs to the set-up login; pg/ledger grants the other two logins what they need.
CREATE SCHEMA ferry
-- next
COMMENT ON SCHEMA ferry IS 'Schemaferry ledger: what was applied to this database, when, by which run. Not for hand edits.'
-- next
REVOKE ALL ON SCHEMA ferry FROM PUBLIC
-- next
CREATE TABLE ferry.ledger_format (
  format integer PRIMARY KEY,
  installed_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp()
)
-- next
-- The highest epoch seen. A transaction of an older epoch cannot commit (ferry.commit_guard).
CREATE TABLE ferry.fence (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  epoch bigint NOT NULL DEFAULT 0
)
-- next
INSERT INTO ferry.fence DEFAULT VALUES
-- next
-- The chain's head. Its row lock puts all events of a database in one order.
CREATE TABLE ferry.head (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  id bigint NOT NULL DEFAULT 0,
  hash text NOT NULL DEFAULT ''
)
-- next
INSERT INTO ferry.head DEFAULT VALUES
-- next
CREATE TABLE ferry.event (
  id bigint PRIMARY KEY,
  at timestamptz NOT NULL,
  kind text NOT NULL CHECK (kind IN ('backup', 'intent', 'segment', 'applied', 'rolled_back')),
  version text,
  direction text CHECK (direction IN ('up', 'down')),
  segment integer CHECK (segment >= 0),
  generation bigint NOT NULL,
  checksum text,
  plan_digest text NOT NULL,
  run_id text NOT NULL,
  promotion_id text NOT NULL,
  target_id text NOT NULL,
  command_id text NOT NULL,
  attempt integer NOT NULL,
  epoch bigint NOT NULL,
  deadline timestamptz,
  agent text NOT NULL,
  backup_id text NOT NULL,
  description text NOT NULL,
  duration_ms bigint NOT NULL,
  xid xid8 NOT NULL,
  backend_pid integer NOT NULL,
  login text NOT NULL,
  hash text NOT NULL,
  CHECK ((kind = 'backup') = (version IS NULL)),
  CHECK ((version IS NULL) = (direction IS NULL)),
  CHECK ((kind IN ('segment', 'intent')) = (segment IS NOT NULL)),
  CHECK (kind <> 'applied' OR direction = 'up'),
  CHECK (kind <> 'rolled_back' OR direction = 'down')
)
-- next
COMMENT ON TABLE ferry.event IS 'Append-only; ids have no gaps and each hash covers the one before it.'
-- next
-- A segment takes effect once in each direction of a generation (= completed rollbacks of the version so far).
CREATE UNIQUE INDEX event_once ON ferry.event (version, generation, direction, segment, kind)
  WHERE kind IN ('segment', 'intent')
-- next
CREATE UNIQUE INDEX event_finished ON ferry.event (version, generation, kind)
  WHERE kind IN ('applied', 'rolled_back')
-- next
CREATE INDEX event_version ON ferry.event (version, generation)
-- next
CREATE TABLE ferry.schema_version (
  version text PRIMARY KEY,
  applied_at timestamptz NOT NULL,
  description text NOT NULL,
  duration interval NOT NULL,
  agent text NOT NULL,
  backup_id text NOT NULL,
  run_id text NOT NULL,
  plan_digest text NOT NULL,
  checksum text NOT NULL,
  event_id bigint NOT NULL
)
-- next
COMMENT ON TABLE ferry.schema_version IS 'What is applied now; derived from ferry.event in the same transaction.'
-- next
CREATE TABLE ferry.checkpoint (
  version text NOT NULL,
  direction text NOT NULL CHECK (direction IN ('up', 'down')),
  segment integer NOT NULL CHECK (segment >= 0),
  generation bigint NOT NULL,
  pass integer NOT NULL,
  last_key text[] NOT NULL,
  rows_done bigint NOT NULL,
  batches bigint NOT NULL,
  run_id text NOT NULL,
  epoch bigint NOT NULL,
  deadline timestamptz,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (version, direction, segment, generation)
)
-- next
CREATE FUNCTION ferry.stamp_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $body$
DECLARE
  head record;
  applied boolean;
BEGIN
  SELECT h.id, h.hash INTO STRICT head FROM ferry.head h FOR UPDATE;
  NEW.id := head.id + 1;
  NEW.at := clock_timestamp();
  NEW.xid := pg_current_xact_id();
  NEW.backend_pid := pg_backend_pid();
  NEW.login := session_user;
  NEW.generation := (SELECT count(*) FROM ferry.event e WHERE e.version = NEW.version AND e.kind = 'rolled_back');
  IF NEW.kind <> 'backup' THEN
    applied := EXISTS (SELECT FROM ferry.schema_version v WHERE v.version = NEW.version);
    IF NEW.direction = 'up' AND applied THEN
      RAISE EXCEPTION 'version % is applied already', NEW.version USING ERRCODE = 'FE507';
    END IF;
    IF NEW.direction = 'up' AND EXISTS (SELECT FROM ferry.event e WHERE e.version = NEW.version
        AND e.generation = NEW.generation AND e.direction = 'down') THEN
      RAISE EXCEPTION 'a rollback of version % was begun and not finished', NEW.version USING ERRCODE = 'FE507';
    END IF;
    IF NEW.direction = 'down' AND NOT applied AND NOT EXISTS (SELECT FROM ferry.event e
        WHERE e.version = NEW.version AND e.generation = NEW.generation) THEN
      RAISE EXCEPTION 'nothing of version % is here to roll back', NEW.version USING ERRCODE = 'FE507';
    END IF;
  END IF;
  NEW.hash := NULL;
  NEW.hash := encode(sha256(convert_to(head.hash || jsonb_strip_nulls(to_jsonb(NEW))::text, 'UTF8')), 'hex');
  RETURN NEW;
END
$body$
-- next
CREATE TRIGGER stamp_event BEFORE INSERT ON ferry.event FOR EACH ROW EXECUTE FUNCTION ferry.stamp_event()
-- next
ALTER TABLE ferry.event ENABLE ALWAYS TRIGGER stamp_event
-- next
-- Moves the head and keeps schema_version, once the event really stands in the table.
CREATE FUNCTION ferry.derive_state() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  UPDATE ferry.head SET id = NEW.id, hash = NEW.hash;
  IF NEW.kind = 'applied' THEN
    INSERT INTO ferry.schema_version
      (version, applied_at, description, duration, agent, backup_id, run_id, plan_digest, checksum, event_id)
    VALUES (NEW.version, NEW.at, NEW.description, make_interval(secs => NEW.duration_ms / 1000.0), NEW.agent,
            NEW.backup_id, NEW.run_id, NEW.plan_digest, NEW.checksum, NEW.id);
  ELSIF NEW.kind = 'rolled_back' THEN
    DELETE FROM ferry.schema_version v WHERE v.version = NEW.version;
  END IF;
  RETURN NULL;
END
$body$
-- next
CREATE TRIGGER derive_state AFTER INSERT ON ferry.event FOR EACH ROW EXECUTE FUNCTION ferry.derive_state()
-- next
ALTER TABLE ferry.event ENABLE ALWAYS TRIGGER derive_state
-- next
CREATE FUNCTION ferry.refuse_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  RAISE EXCEPTION 'ferry.event is append-only' USING ERRCODE = 'FE507';
END
$body$
-- next
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ferry.event
  FOR EACH STATEMENT EXECUTE FUNCTION ferry.refuse_change()
-- next
ALTER TABLE ferry.event ENABLE ALWAYS TRIGGER append_only
-- next
CREATE FUNCTION ferry.stamp_checkpoint() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.generation := (SELECT count(*) FROM ferry.event e WHERE e.version = NEW.version AND e.kind = 'rolled_back');
  END IF;
  NEW.updated_at := clock_timestamp();
  RETURN NEW;
END
$body$
-- next
CREATE TRIGGER stamp_checkpoint BEFORE INSERT OR UPDATE ON ferry.checkpoint
  FOR EACH ROW EXECUTE FUNCTION ferry.stamp_checkpoint()
-- next
ALTER TABLE ferry.checkpoint ENABLE ALWAYS TRIGGER stamp_checkpoint
-- next
-- Runs at COMMIT. FOR SHARE: a raise of the fence either came before (refused here) or waits until we have committed.
CREATE FUNCTION ferry.commit_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
  fence_epoch bigint;
BEGIN
  SELECT f.epoch INTO STRICT fence_epoch FROM ferry.fence f FOR SHARE;
  IF NEW.epoch < fence_epoch THEN
    RAISE EXCEPTION 'fenced: epoch % is below %', NEW.epoch, fence_epoch USING ERRCODE = 'FE604';
  END IF;
  IF clock_timestamp() > NEW.deadline THEN
    RAISE EXCEPTION 'the deadline % has passed', NEW.deadline USING ERRCODE = 'FE604';
  END IF;
  RETURN NULL;
END
$body$
-- next
CREATE CONSTRAINT TRIGGER commit_guard AFTER INSERT ON ferry.event DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION ferry.commit_guard()
-- next
ALTER TABLE ferry.event ENABLE ALWAYS TRIGGER commit_guard
-- next
CREATE CONSTRAINT TRIGGER commit_guard AFTER INSERT OR UPDATE ON ferry.checkpoint DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION ferry.commit_guard()
-- next
ALTER TABLE ferry.checkpoint ENABLE ALWAYS TRIGGER commit_guard
-- next
CREATE FUNCTION ferry.raise_fence(wanted bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  UPDATE ferry.fence f SET epoch = wanted WHERE f.epoch < wanted;
  RETURN (SELECT f.epoch FROM ferry.fence f);
END
$body$
-- next
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ferry FROM PUBLIC
