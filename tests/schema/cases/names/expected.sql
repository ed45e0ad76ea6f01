SET check_function_bodies = false;

COMMENT ON SCHEMA "Odd ""schema""" IS E'it''s \\ odd
in two lines';

CREATE TYPE "Odd ""schema"""."table" AS ENUM ('Tür');

-- access change; lock timeout 3s, statement timeout 30s
ALTER TYPE "Odd ""schema"""."table" OWNER TO postgres;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE "Odd ""schema"""."select" ADD COLUMN "a.b" integer;

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
COMMENT ON COLUMN "Odd ""schema"""."select"."a.b" IS '; -- DROP';

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE "Odd ""schema"""."select" ADD COLUMN "group" "char";

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE "Odd ""schema"""."select" ALTER COLUMN "Größe" TYPE character varying(5) USING "Größe"::character varying(5);

-- SHARE UPDATE EXCLUSIVE lock, index build, not in a transaction; lock timeout 3s, statement timeout 12h
CREATE INDEX CONCURRENTLY "semi;colon" ON "Odd ""schema"""."select" USING btree ("Größe");

-- ACCESS EXCLUSIVE lock, gap; lock timeout 3s, statement timeout 30s
DROP VIEW "Odd ""schema"""."order";

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE "Odd ""schema"""."select" ALTER COLUMN "from" TYPE bigint USING "from"::bigint;

CREATE VIEW "Odd ""schema"""."order" AS
SELECT "select"."from" AS "user",
    "select"."a.b"
   FROM "Odd ""schema"""."select";

-- access change; lock timeout 3s, statement timeout 30s
ALTER VIEW "Odd ""schema"""."order" OWNER TO postgres;

-- ACCESS EXCLUSIVE lock, breaks old code, data loss; lock timeout 3s, statement timeout 30s
DROP TABLE old.thing;

-- breaks old code; lock timeout 3s, statement timeout 30s
DROP FUNCTION public.span(integer, integer);

CREATE TYPE public.span AS RANGE (SUBTYPE = integer);

-- access change; lock timeout 3s, statement timeout 30s
ALTER TYPE public.span OWNER TO postgres;

-- breaks old code; lock timeout 3s, statement timeout 30s
DROP TYPE public.stretch;

CREATE OR REPLACE FUNCTION public.stretch(integer, integer)
 RETURNS integer
 LANGUAGE sql
AS $function$SELECT $1$function$;

-- access change; lock timeout 3s, statement timeout 30s
ALTER FUNCTION public.stretch(integer, integer) OWNER TO postgres;

-- breaks old code; lock timeout 3s, statement timeout 30s
DROP EXTENSION hstore;

-- breaks old code; lock timeout 3s, statement timeout 30s
DROP SCHEMA old;

