CREATE TYPE public.spans AS RANGE (SUBTYPE = double precision, SUBTYPE_DIFF = pg_catalog.float8mi, MULTIRANGE_TYPE_NAME = public.many_spans);

-- access change; lock timeout 3s, statement timeout 30s
ALTER TYPE public.spans OWNER TO postgres;

-- commit before what follows; lock timeout 3s, statement timeout 30s
ALTER TYPE public.mood ADD VALUE 'it''s ok' AFTER 'sad';

-- commit before what follows; lock timeout 3s, statement timeout 30s
ALTER TYPE public.mood ADD VALUE 'Very happy' AFTER 'happy';

COMMENT ON TYPE public.mood IS 'how it is';

ALTER DOMAIN public.percent SET DEFAULT 1;

-- SHARE lock, full scan, may fail; lock timeout 3s, statement timeout 2h
ALTER DOMAIN public.percent SET NOT NULL;

CREATE CAST (public.mood AS jsonb) WITH INOUT AS ASSIGNMENT;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.uses ADD COLUMN during public.spans;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.uses ALTER COLUMN m SET DEFAULT 'happy'::public.mood;

ALTER DOMAIN public.percent ADD CONSTRAINT high CHECK ((VALUE <= (100)::numeric)) NOT VALID;

-- gap; lock timeout 3s, statement timeout 30s
ALTER DOMAIN public.percent DROP CONSTRAINT low;

ALTER DOMAIN public.percent ADD CONSTRAINT low CHECK ((VALUE > (0)::numeric)) NOT VALID;

-- SHARE lock, full scan, may fail; lock timeout 3s, statement timeout 2h
ALTER DOMAIN public.percent VALIDATE CONSTRAINT low;

-- gap; lock timeout 3s, statement timeout 30s
ALTER TYPE public.pair RENAME TO pair__ferry_aside_47d8bd;

CREATE TYPE public.pair AS (x bigint, z text COLLATE pg_catalog."C");

-- access change; lock timeout 3s, statement timeout 30s
ALTER TYPE public.pair OWNER TO postgres;

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.uses ALTER COLUMN p TYPE public.pair USING p::text::public.pair;

DROP TYPE public.pair__ferry_aside_47d8bd;

-- gap; lock timeout 3s, statement timeout 30s
ALTER DOMAIN public.price RENAME TO price__ferry_aside_683b53;

-- gap; lock timeout 3s, statement timeout 30s
ALTER DOMAIN public.amount RENAME TO amount__ferry_aside_cf38d9;

CREATE DOMAIN public.amount AS bigint;

-- access change; lock timeout 3s, statement timeout 30s
ALTER DOMAIN public.amount OWNER TO postgres;

CREATE DOMAIN public.price AS public.amount;

-- access change; lock timeout 3s, statement timeout 30s
ALTER DOMAIN public.price OWNER TO postgres;

ALTER DOMAIN public.price ADD CONSTRAINT price_check CHECK (((VALUE)::bigint > 0));

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.offers ALTER COLUMN price TYPE public.price USING price::text::public.price;

DROP DOMAIN public.price__ferry_aside_683b53;

DROP DOMAIN public.amount__ferry_aside_cf38d9;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.uses ALTER COLUMN s DROP DEFAULT;

-- gap; lock timeout 3s, statement timeout 30s
ALTER TYPE public.shrinking RENAME TO shrinking__ferry_aside_d3ab8b;

CREATE TYPE public.shrinking AS ENUM ('a', 'c');

-- access change; lock timeout 3s, statement timeout 30s
ALTER TYPE public.shrinking OWNER TO postgres;

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.uses ALTER COLUMN s TYPE public.shrinking USING s::text::public.shrinking;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.uses ALTER COLUMN s SET DEFAULT 'a'::public.shrinking;

DROP TYPE public.shrinking__ferry_aside_d3ab8b;

