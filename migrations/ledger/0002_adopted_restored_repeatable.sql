-- Format 2: versions that were recorded without being run (baseline), databases that were replaced by a backup (restored),
-- repeatable files, and why something unusual was done. Hashes leave nulls out, so older events keep theirs.
ALTER TABLE ferry.event ADD COLUMN reason text, ADD COLUMN restored_to bigint,
  DROP CONSTRAINT event_kind_check, DROP CONSTRAINT event_check,
  ADD CONSTRAINT event_kind_check CHECK (kind IN
    ('backup', 'intent', 'segment', 'applied', 'rolled_back', 'baseline', 'restored')),
  ADD CONSTRAINT event_version_check CHECK ((kind IN ('backup', 'restored')) = (version IS NULL)),
  ADD CONSTRAINT event_baseline_check CHECK (kind <> 'baseline' OR direction = 'up'),
  ADD CONSTRAINT event_restored_check CHECK ((kind = 'restored') = (restored_to IS NOT NULL))
-- next
COMMENT ON COLUMN ferry.event.restored_to IS 'The id of the newest event that the restored backup held.'
-- next
DROP INDEX ferry.event_finished
-- next
CREATE UNIQUE INDEX event_finished ON ferry.event (version, generation, kind)
  WHERE kind IN ('applied', 'rolled_back', 'baseline')
-- next
CREATE INDEX event_restored ON ferry.event (id) WHERE kind = 'restored'
-- next
-- A version's segments take effect once in each direction of a generation. A new one begins with every finished rollback,
-- with every restore that went back behind an event of it, and, for a repeatable file (R_name), with every application.
CREATE FUNCTION ferry.generation_of(wanted text) RETURNS bigint LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $body$
  SELECT (SELECT count(*) FROM ferry.event e WHERE e.version = wanted
            AND (e.kind = 'rolled_back' OR e.kind = 'applied' AND starts_with(wanted, 'R_')))
       + (SELECT count(*) FROM ferry.event r WHERE r.kind = 'restored' AND EXISTS
            (SELECT FROM ferry.event e WHERE e.version = wanted AND e.id > r.restored_to AND e.id < r.id))
$body$
-- next
CREATE OR REPLACE FUNCTION ferry.stamp_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
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
  NEW.generation := coalesce(ferry.generation_of(NEW.version), 0);
  IF NEW.version IS NOT NULL THEN
    applied := EXISTS (SELECT FROM ferry.schema_version v WHERE v.version = NEW.version);
    IF NEW.direction = 'up' AND applied AND NOT starts_with(NEW.version, 'R_') THEN
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
    IF NEW.kind = 'baseline' AND EXISTS (SELECT FROM ferry.event e
        WHERE e.version = NEW.version AND e.generation = NEW.generation) THEN
      RAISE EXCEPTION 'version % was begun here: it cannot be recorded as never run', NEW.version USING ERRCODE = 'FE507';
    END IF;
  END IF;
  NEW.hash := NULL;
  NEW.hash := encode(sha256(convert_to(head.hash || jsonb_strip_nulls(to_jsonb(NEW))::text, 'UTF8')), 'hex');
  RETURN NEW;
END
$body$
-- next
CREATE OR REPLACE FUNCTION ferry.derive_state() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  UPDATE ferry.head SET id = NEW.id, hash = NEW.hash;
  IF NEW.kind IN ('applied', 'baseline') THEN
    DELETE FROM ferry.schema_version v WHERE v.version = NEW.version AND starts_with(v.version, 'R_');
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
CREATE OR REPLACE FUNCTION ferry.stamp_checkpoint() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF TG_OP = 'INSERT' THEN
    NEW.generation := ferry.generation_of(NEW.version);
  END IF;
  NEW.updated_at := clock_timestamp();
  RETURN NEW;
END
$body$
-- next
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ferry FROM PUBLIC
