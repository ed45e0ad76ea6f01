-- The logins of a Schemaferry agent, for one database. Run it there once, as a superuser:
--   psql -d trading -f roles.sql
-- then give each its password (\password asks for it and sends it hashed):
--   \password ferry_setup
--   \password ferry_migrate
--   \password ferry_observe
--   \password ferry_restore
-- Running it again changes nothing.

-- Lays and upgrades the ledger, the schema `ferry`, and owns it. Not used for anything else.
SELECT 'CREATE ROLE ferry_setup LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ferry_setup') \gexec

-- Runs the migrations and owns what they create. It may read the ledger and add to it, not rewrite it: so it must be
-- neither superuser nor a member of ferry_setup.
SELECT 'CREATE ROLE ferry_migrate LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ferry_migrate') \gexec

-- Reads: backups with pg_dump, snapshots of the schema, the watchdog that sees who is blocked.
SELECT 'CREATE ROLE ferry_observe LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ferry_observe') \gexec

-- Restores: makes databases, fills them with pg_restore and exchanges names. It acts for everybody who owns something in
-- the database, so guard its password as you would a superuser's; leave it out where nothing is to be restored.
SELECT 'CREATE ROLE ferry_restore LOGIN CREATEDB' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'ferry_restore') \gexec

SELECT format('GRANT CREATE, CONNECT ON DATABASE %I TO ferry_setup', current_database()) \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO ferry_migrate, ferry_observe', current_database()) \gexec
GRANT USAGE, CREATE ON SCHEMA public TO ferry_migrate;
GRANT pg_read_all_data, pg_monitor TO ferry_observe;
GRANT ferry_setup, ferry_migrate, pg_monitor TO ferry_restore;

-- Restoring also needs the database's owner, and every other role that owns something in it:
--   GRANT trading_owner TO ferry_restore;
-- A database that a superuser owns is better given to a role that is none:
--   CREATE ROLE trading_owner; ALTER DATABASE trading OWNER TO trading_owner; GRANT trading_owner TO ferry_restore;
-- Extensions that are not trusted, and tables that a superuser owns, need a superuser for restoring:
--   ALTER ROLE ferry_restore SUPERUSER;

-- A database that already has tables: only their owner may alter them. Let the migrating login act for that owner:
--   GRANT trading_owner TO ferry_migrate;
-- Migrations that create schemas of their own:
--   SELECT format('GRANT CREATE ON DATABASE %I TO ferry_migrate', current_database()) \gexec
-- Ending sessions that stand in a migration's way (`terminate_blockers` in the agent's file, off unless it is said):
--   GRANT pg_signal_backend TO ferry_observe;
-- A database with large objects: pg_dump needs a login that may read them all:
--   ALTER ROLE ferry_observe SET lo_compat_privileges = on;
-- Tables with row-level security: pg_dump then needs a login that sees every row:
--   ALTER ROLE ferry_observe BYPASSRLS;
