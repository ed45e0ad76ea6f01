CREATE TABLE public.trades_3 (
    LIKE public.trades INCLUDING CONSTRAINTS INCLUDING GENERATED
);

-- access change; lock timeout 3s, statement timeout 30s
ALTER TABLE public.trades_3 OWNER TO postgres;

-- ACCESS EXCLUSIVE lock, breaks old code, data loss; lock timeout 3s, statement timeout 30s
DROP TABLE public.planes;

-- ACCESS EXCLUSIVE lock, gap; lock timeout 3s, statement timeout 30s
ALTER TABLE public.boats NO INHERIT public.tags;

-- ACCESS EXCLUSIVE lock, breaks old code; lock timeout 3s, statement timeout 30s
ALTER TABLE public.cars NO INHERIT public.things;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.cars ADD COLUMN added date;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.things ADD COLUMN added date;

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.cars ALTER COLUMN id TYPE bigint USING id::bigint;

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.things ALTER COLUMN id TYPE bigint USING id::bigint;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.things ALTER COLUMN label DROP NOT NULL;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.boats ALTER COLUMN label DROP NOT NULL;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.boats ALTER COLUMN label SET DEFAULT 'y'::text;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.keys ALTER COLUMN label SET DEFAULT 'y'::text;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.things ALTER COLUMN label SET DEFAULT 'y'::text;

CREATE TABLE public.planes (
    wings integer
)
INHERITS (public.things);

-- access change; lock timeout 3s, statement timeout 30s
ALTER TABLE public.planes OWNER TO postgres;

-- ACCESS EXCLUSIVE lock, gap; lock timeout 3s, statement timeout 30s
ALTER TABLE public.ticks DETACH PARTITION public.ticks_24;

-- ACCESS EXCLUSIVE lock, gap; lock timeout 3s, statement timeout 30s
ALTER TABLE public.ticks_24 DROP CONSTRAINT ticks_kind_check;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.ticks_24 ADD CONSTRAINT ticks_kind_check CHECK (((kind)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text]))) NOT VALID;

-- SHARE UPDATE EXCLUSIVE lock, full scan, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.ticks_24 VALIDATE CONSTRAINT ticks_kind_check;

-- ACCESS EXCLUSIVE lock, breaks old code; lock timeout 3s, statement timeout 30s
ALTER TABLE public.ticks DETACH PARTITION public.ticks_25;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
DROP INDEX public.ticks_25_kind_idx;

-- ACCESS EXCLUSIVE lock, breaks old code; lock timeout 3s, statement timeout 30s
DROP TABLE public.ticks;

CREATE TABLE public.ticks (
    id integer NOT NULL,
    at timestamp with time zone NOT NULL,
    kind character varying(10)
)
PARTITION BY RANGE (at);

-- access change; lock timeout 3s, statement timeout 30s
ALTER TABLE public.ticks OWNER TO postgres;

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.ticks_24 ALTER COLUMN at TYPE timestamp with time zone USING at::timestamp with time zone;

ALTER TABLE public.ticks ADD CONSTRAINT ticks_kind_check CHECK (((kind)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text])));

-- SHARE UPDATE EXCLUSIVE lock, full scan, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE ONLY public.ticks ATTACH PARTITION public.ticks_24 FOR VALUES FROM ('2024-01-01 00:00:00+00') TO ('2025-01-01 00:00:00+00');

ALTER TABLE ONLY public.ticks ADD CONSTRAINT ticks_pkey PRIMARY KEY (id, at);

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER INDEX public.ticks_pkey ATTACH PARTITION public.ticks_24_pkey;

CREATE INDEX ticks_kind ON ONLY public.ticks USING btree (kind);

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER INDEX public.ticks_kind ATTACH PARTITION public.ticks_24_kind_idx;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.ticks_25 DROP CONSTRAINT ticks_kind_check;

-- ACCESS EXCLUSIVE lock, gap; lock timeout 3s, statement timeout 30s
ALTER TABLE public.trades DETACH PARTITION public.trades_1;

-- SHARE UPDATE EXCLUSIVE lock, full scan, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE ONLY public.trades ATTACH PARTITION public.trades_1 FOR VALUES IN (1, 7);

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.trades ATTACH PARTITION public.trades_3 FOR VALUES IN (3);

-- ACCESS EXCLUSIVE lock, breaks old code, data loss; lock timeout 3s, statement timeout 30s
ALTER TABLE public.boats DROP COLUMN tag;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.cars ALTER COLUMN label DROP DEFAULT;

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.cars ALTER COLUMN label DROP NOT NULL;

