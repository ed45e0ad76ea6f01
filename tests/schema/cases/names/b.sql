CREATE SCHEMA "Odd ""schema""";
COMMENT ON SCHEMA "Odd ""schema""" IS E'it''s \\ odd\nin two lines';
CREATE TABLE "Odd ""schema"""."select" ("from" bigint, "Größe" varchar(5), "a.b" integer, "group" "char");
COMMENT ON COLUMN "Odd ""schema"""."select"."a.b" IS '; -- DROP';
CREATE VIEW "Odd ""schema"""."order" AS SELECT "from" AS "user", "a.b" FROM "Odd ""schema"""."select";
CREATE INDEX "semi;colon" ON "Odd ""schema"""."select" ("Größe");
CREATE TYPE "Odd ""schema"""."table" AS ENUM ('Tür');
CREATE TYPE span AS RANGE (subtype = integer);
CREATE FUNCTION stretch(integer, integer) RETURNS integer LANGUAGE sql AS 'SELECT $1';
