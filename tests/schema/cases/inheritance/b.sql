CREATE TYPE address AS (street text, town text, country char(2));
CREATE TABLE things (id integer PRIMARY KEY, name text NOT NULL, bought date, CHECK (id > 0));
CREATE TABLE cars (wheels bigint) INHERITS (things);
CREATE TABLE boats (length numeric) INHERITS (things);
CREATE TABLE shops OF address (town WITH OPTIONS NOT NULL DEFAULT 'Bern');
CREATE UNLOGGED TABLE logs (line text) WITH (fillfactor = 70, autovacuum_enabled = false, toast.autovacuum_enabled = false);
ALTER TABLE things REPLICA IDENTITY FULL;
