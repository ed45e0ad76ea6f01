SET check_function_bodies = false;

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.tuned SET (parallel_workers='2', fillfactor='70', autovacuum_enabled='false');

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.child ADD COLUMN y text DEFAULT 'c'::text;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.parent ADD COLUMN y text DEFAULT 'p'::text;

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.clustered ALTER COLUMN b TYPE bigint USING b::bigint;

-- ACCESS EXCLUSIVE lock, may fail; lock timeout 3s, statement timeout 30s
ALTER TABLE public.strict_1 ADD CONSTRAINT ferry_not_null_43756fb9818f CHECK (a IS NOT NULL) NOT VALID;

-- SHARE UPDATE EXCLUSIVE lock, full scan, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.strict_1 VALIDATE CONSTRAINT ferry_not_null_43756fb9818f;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.strict ALTER COLUMN a DROP NOT NULL;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.strict_1 ALTER COLUMN a SET NOT NULL;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.strict_1 DROP CONSTRAINT ferry_not_null_43756fb9818f;

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.clustered CLUSTER ON clustered_pkey;

-- gap; lock timeout 3s, statement timeout 30s
ALTER DOMAIN public.good DROP CONSTRAINT good_check;

-- gap; lock timeout 3s, statement timeout 30s
ALTER DOMAIN public.located DROP CONSTRAINT located_check;

-- ACCESS EXCLUSIVE lock, breaks old code; lock timeout 3s, statement timeout 30s
ALTER TABLE public.clothes DROP COLUMN usual;

-- ACCESS EXCLUSIVE lock, breaks old code, data loss; lock timeout 3s, statement timeout 30s
ALTER TABLE public.rows_in DROP COLUMN kept;

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.rows_of ALTER COLUMN x TYPE bigint USING x::bigint;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.rows_in ADD COLUMN kept public.a_row;

-- gap; lock timeout 3s, statement timeout 30s
DROP FUNCTION public.checked(integer);

CREATE OR REPLACE FUNCTION public.checked(integer)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE
AS $function$SELECT $1::bigint$function$;

-- access change; lock timeout 3s, statement timeout 30s
ALTER FUNCTION public.checked(integer) OWNER TO postgres;

-- gap; lock timeout 3s, statement timeout 30s
ALTER DOMAIN public.good RENAME TO good__ferry_aside_770e60;

CREATE DOMAIN public.good AS bigint;

-- access change; lock timeout 3s, statement timeout 30s
ALTER DOMAIN public.good OWNER TO postgres;

ALTER DOMAIN public.good ADD CONSTRAINT good_check CHECK ((public.checked((VALUE)::integer) > 0));

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.goods ALTER COLUMN good TYPE public.good USING good::text::public.good;

DROP DOMAIN public.good__ferry_aside_770e60;

-- gap; lock timeout 3s, statement timeout 30s
ALTER DOMAIN public.located RENAME TO located__ferry_aside_b6f8ae;

-- gap; lock timeout 3s, statement timeout 30s
ALTER TYPE public.place RENAME TO place__ferry_aside_81df63;

CREATE TYPE public.place AS (x bigint);

-- access change; lock timeout 3s, statement timeout 30s
ALTER TYPE public.place OWNER TO postgres;

CREATE DOMAIN public.located AS public.place;

-- access change; lock timeout 3s, statement timeout 30s
ALTER DOMAIN public.located OWNER TO postgres;

ALTER DOMAIN public.located ADD CONSTRAINT located_check CHECK (((VALUE).x > 0));

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.places ALTER COLUMN place TYPE public.located USING place::text::public.located;

DROP DOMAIN public.located__ferry_aside_b6f8ae;

DROP TYPE public.place__ferry_aside_81df63;

-- gap; lock timeout 3s, statement timeout 30s
ALTER DOMAIN public.span RENAME TO span__ferry_aside_37a002;

-- gap; lock timeout 3s, statement timeout 30s
ALTER TYPE public.sizes RENAME TO sizes__ferry_aside_7c69f3;

-- gap; lock timeout 3s, statement timeout 30s
ALTER FUNCTION public.sizes(public.size, public.size) RENAME TO sizes__ferry_aside_7c69f3;

-- gap; lock timeout 3s, statement timeout 30s
ALTER FUNCTION public.sizes(public.size, public.size, text) RENAME TO sizes__ferry_aside_7c69f3;

-- gap; lock timeout 3s, statement timeout 30s
ALTER TYPE public.sizes_multirange RENAME TO sizes_multirange__ferry_aside_6951a0;

-- gap; lock timeout 3s, statement timeout 30s
ALTER FUNCTION public.sizes_multirange() RENAME TO sizes_multirange__ferry_aside_6951a0;

-- gap; lock timeout 3s, statement timeout 30s
ALTER TYPE public.size RENAME TO size__ferry_aside_ccdcbe;

CREATE TYPE public.size AS ENUM ('m', 's');

-- access change; lock timeout 3s, statement timeout 30s
ALTER TYPE public.size OWNER TO postgres;

CREATE TYPE public.sizes AS RANGE (SUBTYPE = public.size);

-- access change; lock timeout 3s, statement timeout 30s
ALTER TYPE public.sizes OWNER TO postgres;

CREATE DOMAIN public.span AS public.sizes;

-- access change; lock timeout 3s, statement timeout 30s
ALTER DOMAIN public.span OWNER TO postgres;

-- ACCESS EXCLUSIVE lock, table rewrite; lock timeout 3s, statement timeout 12h
ALTER TABLE public.clothes ADD COLUMN usual public.size GENERATED ALWAYS AS ('s'::public.size) STORED;

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.clothes ALTER COLUMN exact TYPE public.span USING exact::text::public.span;

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.clothes ALTER COLUMN fits TYPE public.sizes USING fits::text::public.sizes;

DROP DOMAIN public.span__ferry_aside_37a002;

DROP TYPE public.sizes__ferry_aside_7c69f3;

DROP TYPE public.size__ferry_aside_ccdcbe;

-- ACCESS EXCLUSIVE lock, gap; lock timeout 3s, statement timeout 30s
ALTER TABLE public.parts DETACH PARTITION public.parts_1;

-- ACCESS EXCLUSIVE lock, gap; lock timeout 3s, statement timeout 30s
ALTER TABLE public.parts DROP CONSTRAINT low;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.parts ADD CONSTRAINT low CHECK ((a < 200)) NOT VALID;

-- SHARE UPDATE EXCLUSIVE lock, full scan, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.parts VALIDATE CONSTRAINT low;

-- ACCESS EXCLUSIVE lock, gap; lock timeout 3s, statement timeout 30s
ALTER TABLE public.parts_1 DETACH PARTITION public.parts_1_1;

-- ACCESS EXCLUSIVE lock, gap; lock timeout 3s, statement timeout 30s
ALTER TABLE public.parts_1 DROP CONSTRAINT low;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.parts_1 ADD CONSTRAINT low CHECK ((a < 200)) NOT VALID;

-- SHARE UPDATE EXCLUSIVE lock, full scan, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.parts_1 VALIDATE CONSTRAINT low;

-- SHARE UPDATE EXCLUSIVE lock, full scan, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE ONLY public.parts ATTACH PARTITION public.parts_1 FOR VALUES FROM (0) TO (20);

-- ACCESS EXCLUSIVE lock, gap; lock timeout 3s, statement timeout 30s
ALTER TABLE public.parts_1_1 DROP CONSTRAINT low;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.parts_1_1 ADD CONSTRAINT low CHECK ((a < 200)) NOT VALID;

-- SHARE UPDATE EXCLUSIVE lock, full scan, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.parts_1_1 VALIDATE CONSTRAINT low;

-- SHARE UPDATE EXCLUSIVE lock, full scan, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE ONLY public.parts_1 ATTACH PARTITION public.parts_1_1 FOR VALUES IN (1, 2);

-- ACCESS EXCLUSIVE lock, breaks old code, data loss; lock timeout 3s, statement timeout 30s
DROP TABLE public.becomes_type;

CREATE TYPE public.becomes_type AS (a integer);

-- access change; lock timeout 3s, statement timeout 30s
ALTER TYPE public.becomes_type OWNER TO postgres;

-- breaks old code; lock timeout 3s, statement timeout 30s
DROP TYPE public.becomes_table;

CREATE TABLE public.becomes_table (
    a integer
);

-- access change; lock timeout 3s, statement timeout 30s
ALTER TABLE public.becomes_table OWNER TO postgres;

