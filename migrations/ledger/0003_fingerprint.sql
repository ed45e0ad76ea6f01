-- Format 3: what the schema should be. One row whenever the agent has looked at it after changes of its own; the newest one
-- counts, and only while no event is newer. The objects behind the fingerprints are the agent's file.
CREATE TABLE ferry.fingerprint (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id bigint NOT NULL,
  root text NOT NULL,
  access_root text NOT NULL,
  format text NOT NULL,
  how text NOT NULL CHECK (how IN ('first look', 'after a change', 'restored', 'new format', 'by hand')),
  at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  login text NOT NULL DEFAULT session_user,
  note text NOT NULL DEFAULT ''
)
-- next
COMMENT ON TABLE ferry.fingerprint IS 'Append-only: what the schema should be after event event_id. Another schema is drift.'
-- next
COMMENT ON COLUMN ferry.fingerprint.format IS 'Fingerprints of another format cannot be compared with these.'
-- next
CREATE FUNCTION ferry.stamp_fingerprint() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
  head bigint;
BEGIN
  SELECT h.id INTO STRICT head FROM ferry.head h;
  IF NEW.event_id <> head THEN
    RAISE EXCEPTION 'the schema was read after event %, and event % is there', NEW.event_id, head
      USING ERRCODE = 'FE507';
  END IF;
  RETURN NEW;
END
$body$
-- next
CREATE TRIGGER stamp_fingerprint BEFORE INSERT ON ferry.fingerprint
  FOR EACH ROW EXECUTE FUNCTION ferry.stamp_fingerprint()
-- next
ALTER TABLE ferry.fingerprint ENABLE ALWAYS TRIGGER stamp_fingerprint
-- next
CREATE OR REPLACE FUNCTION ferry.refuse_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  RAISE EXCEPTION '%.% is append-only', TG_TABLE_SCHEMA, TG_TABLE_NAME USING ERRCODE = 'FE507';
END
$body$
-- next
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ferry.fingerprint
  FOR EACH STATEMENT EXECUTE FUNCTION ferry.refuse_change()
-- next
ALTER TABLE ferry.fingerprint ENABLE ALWAYS TRIGGER append_only
-- next
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ferry FROM PUBLIC
