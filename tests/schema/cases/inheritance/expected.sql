-- ACCESS EXCLUSIVE lock, table rewrite; lock timeout 3s, statement timeout 12h
ALTER TABLE public.logs SET UNLOGGED;

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.logs SET (fillfactor='70', autovacuum_enabled='false', toast.autovacuum_enabled='false');

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.things REPLICA IDENTITY FULL;

ALTER TYPE public.address ADD ATTRIBUTE country character(2) CASCADE;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.things ADD COLUMN bought date;

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.cars ALTER COLUMN wheels TYPE bigint USING wheels::bigint;

-- ACCESS EXCLUSIVE lock, may fail; lock timeout 3s, statement timeout 30s
ALTER TABLE public.shops ADD CONSTRAINT ferry_not_null_ef4520a80780 CHECK (town IS NOT NULL) NOT VALID;

-- SHARE UPDATE EXCLUSIVE lock, full scan, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.shops VALIDATE CONSTRAINT ferry_not_null_ef4520a80780;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.shops ALTER COLUMN town SET NOT NULL;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.shops DROP CONSTRAINT ferry_not_null_ef4520a80780;

-- ACCESS EXCLUSIVE lock, may fail; lock timeout 3s, statement timeout 30s
ALTER TABLE public.things ADD CONSTRAINT ferry_not_null_de267b57a8d5 CHECK (name IS NOT NULL) NOT VALID;

-- SHARE UPDATE EXCLUSIVE lock, full scan, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.things VALIDATE CONSTRAINT ferry_not_null_de267b57a8d5;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.things ALTER COLUMN name SET NOT NULL;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.things DROP CONSTRAINT ferry_not_null_de267b57a8d5;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.shops ALTER COLUMN town SET DEFAULT 'Bern'::text;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.things ADD CONSTRAINT things_id_check CHECK ((id > 0)) NOT VALID;

-- SHARE UPDATE EXCLUSIVE lock, full scan, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.things VALIDATE CONSTRAINT things_id_check;

CREATE TABLE public.boats (
    length numeric
)
INHERITS (public.things);

-- access change; lock timeout 3s, statement timeout 30s
ALTER TABLE public.boats OWNER TO postgres;

