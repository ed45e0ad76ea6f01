-- Takes the DDL watch away, with what it recorded. Run by a superuser.
DROP EVENT TRIGGER IF EXISTS ferry_watch_ddl
-- next
DROP EVENT TRIGGER IF EXISTS ferry_watch_drop
-- next
DROP SCHEMA IF EXISTS ferry_watch CASCADE
