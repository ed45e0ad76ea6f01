-- The DDL watch: who changed the schema, when, with which program and statement. Run by a superuser, who owns it: behind a
-- superuser's event trigger a function that another login owns would make that login a superuser.
DO $check$
BEGIN
  IF NOT (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user) THEN
    RAISE EXCEPTION 'the DDL watch has to be installed by a superuser' USING ERRCODE = '42501';
  END IF;
  IF EXISTS (SELECT FROM pg_catalog.pg_namespace n JOIN pg_catalog.pg_roles r ON r.oid = n.nspowner
             WHERE n.nspname = 'ferry_watch' AND NOT r.rolsuper) THEN
    RAISE EXCEPTION 'the schema ferry_watch belongs to a login that is no superuser' USING ERRCODE = '42501';
  END IF;
END
$check$
-- next
DROP EVENT TRIGGER IF EXISTS ferry_watch_ddl
-- next
DROP EVENT TRIGGER IF EXISTS ferry_watch_drop
-- next
CREATE SCHEMA IF NOT EXISTS ferry_watch
-- next
REVOKE ALL ON SCHEMA ferry_watch FROM PUBLIC
-- next
COMMENT ON SCHEMA ferry_watch IS 'Schemaferry: DDL that other programs ran here. Outside backups and comparisons.'
-- next
CREATE TABLE IF NOT EXISTS ferry_watch.statement (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  xid xid8 NOT NULL DEFAULT pg_catalog.pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  login text NOT NULL,
  role text NOT NULL,
  application text NOT NULL,
  client text NOT NULL,
  tag text NOT NULL,
  object_type text NOT NULL,
  names text[] NOT NULL,
  object text NOT NULL,
  statement text NOT NULL,
  dropped boolean NOT NULL
)
-- next
REVOKE ALL ON ferry_watch.statement FROM PUBLIC
-- next
-- Never raises: whoever changes the schema must not notice. So every error is swallowed, and a table that somebody has locked
-- is waited for a tenth of a second only. What was not recorded is still found, by comparing the schema.
CREATE OR REPLACE FUNCTION ferry_watch.note() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '100ms' AS $body$
DECLARE
  query text;
  newest bigint;
BEGIN
  -- Our own runs hold the target's lock; what lays the ledger holds another. A name of an application proves nothing.
  IF EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.pid = pg_backend_pid()
             AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
             AND (l.classid = 102 AND l.objid = 1701999225 AND l.objsubid = 1
                  OR l.classid = 28546 AND l.objid = 2 AND l.objsubid = 2)) THEN
    RETURN;
  END IF;
  query := coalesce(current_query(), '');
  -- What carries secrets is not kept, nor what looks as if it could. Not parsed: rather too little than too much.
  IF tg_tag LIKE '%USER MAPPING%' OR tg_tag LIKE '%SUBSCRIPTION%' OR tg_tag LIKE '%SERVER%' OR tg_tag LIKE '%FOREIGN%'
     OR tg_tag LIKE '%ROLE%' OR tg_tag LIKE '%USER%' OR strpos(lower(query), 'password') > 0
     OR strpos(lower(query), 'passwd') > 0 OR strpos(lower(query), 'secret') > 0 OR strpos(query, '://') > 0 THEN
    query := '';
  END IF;
  IF tg_event = 'ddl_command_end' THEN
    INSERT INTO ferry_watch.statement
      (login, role, application, client, tag, object_type, names, object, statement, dropped)
    SELECT session_user, CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role') END,
           current_setting('application_name'), coalesce(host(inet_client_addr()), ''), c.command_tag,
           coalesce(c.object_type, ''),
           CASE WHEN c.objid IS NULL THEN '{}'
                ELSE coalesce((pg_identify_object_as_address(c.classid, c.objid, c.objsubid)).object_names, '{}') END,
           coalesce(c.object_identity, ''), left(query, 4000), false
    FROM pg_event_trigger_ddl_commands() c
    WHERE NOT c.in_extension AND coalesce(c.schema_name, '') NOT IN ('ferry', 'ferry_watch', 'pg_temp')
      AND NOT (c.object_type = 'schema' AND c.object_identity IN ('ferry', 'ferry_watch'))
      AND c.command_tag <> 'REFRESH MATERIALIZED VIEW';
  ELSE
    INSERT INTO ferry_watch.statement
      (login, role, application, client, tag, object_type, names, object, statement, dropped)
    SELECT session_user, CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role') END,
           current_setting('application_name'), coalesce(host(inet_client_addr()), ''), tg_tag, d.object_type,
           coalesce(d.address_names, '{}'), coalesce(d.object_identity, ''), left(query, 4000), true
    FROM pg_event_trigger_dropped_objects() d
    WHERE (d.original OR d.normal) AND NOT d.is_temporary
      AND coalesce(d.schema_name, '') NOT IN ('ferry', 'ferry_watch', 'pg_temp')
      AND NOT (d.object_type = 'schema' AND d.object_identity IN ('ferry', 'ferry_watch'))
      AND d.object_type NOT IN ('default value', 'toast table');
  END IF;
  SELECT max(s.id) INTO newest FROM ferry_watch.statement s;
  IF newest > 10000 THEN
    DELETE FROM ferry_watch.statement s WHERE s.id IN
      (SELECT o.id FROM ferry_watch.statement o WHERE o.id <= newest - 10000 ORDER BY o.id LIMIT 1000
       FOR UPDATE SKIP LOCKED);
  END IF;
EXCEPTION WHEN OTHERS THEN
  RETURN;
END
$body$
-- next
REVOKE ALL ON FUNCTION ferry_watch.note() FROM PUBLIC
-- next
CREATE EVENT TRIGGER ferry_watch_ddl ON ddl_command_end EXECUTE FUNCTION ferry_watch.note()
-- next
CREATE EVENT TRIGGER ferry_watch_drop ON sql_drop EXECUTE FUNCTION ferry_watch.note()
-- next
ALTER EVENT TRIGGER ferry_watch_ddl ENABLE ALWAYS
-- next
ALTER EVENT TRIGGER ferry_watch_drop ENABLE ALWAYS
