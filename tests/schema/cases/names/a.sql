CREATE SCHEMA "Odd ""schema""";
CREATE TABLE "Odd ""schema"""."select" ("from" integer, "Größe" text);
CREATE VIEW "Odd ""schema"""."order" AS SELECT "from" AS "user" FROM "Odd ""schema"""."select";
CREATE SCHEMA old;
CREATE TABLE old.thing (id integer);
CREATE EXTENSION hstore SCHEMA old;
CREATE FUNCTION span(integer, integer) RETURNS integer LANGUAGE sql AS 'SELECT $1';
CREATE TYPE stretch AS RANGE (subtype = integer);
