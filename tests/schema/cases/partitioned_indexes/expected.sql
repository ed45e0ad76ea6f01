-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE ONLY public.by_lower ALTER COLUMN 1 SET STATISTICS 77;

-- ACCESS EXCLUSIVE lock, gap; lock timeout 3s, statement timeout 30s
DROP INDEX public.by_time;

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.events ALTER COLUMN at TYPE timestamp without time zone USING at::timestamp without time zone;

CREATE INDEX by_time ON ONLY public.events USING btree (at);

-- ACCESS SHARE lock; lock timeout 3s, statement timeout 30s
COMMENT ON INDEX public.by_time IS 'newest last';

-- SHARE UPDATE EXCLUSIVE lock, index build, not in a transaction; lock timeout 3s, statement timeout 12h
CREATE INDEX CONCURRENTLY events_1_at_idx ON public.events_1 USING btree (at);

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER INDEX public.by_time ATTACH PARTITION public.events_1_at_idx;

-- ACCESS EXCLUSIVE lock, gap; lock timeout 3s, statement timeout 30s
ALTER TABLE public.trades DROP CONSTRAINT trades_key;

-- ACCESS EXCLUSIVE lock, index build, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE ONLY public.trades ADD CONSTRAINT trades_key PRIMARY KEY (day, symbol) WITH (fillfactor='70');

-- SHARE UPDATE EXCLUSIVE lock, index build, may fail, not in a transaction; lock timeout 3s, statement timeout 12h
CREATE UNIQUE INDEX CONCURRENTLY trades_a_pkey ON public.trades_a USING btree (day, symbol) WITH (fillfactor='70');

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.trades_a ADD CONSTRAINT trades_a_pkey PRIMARY KEY USING INDEX trades_a_pkey;

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER INDEX public.trades_key ATTACH PARTITION public.trades_a_pkey;

-- ACCESS EXCLUSIVE lock, gap; lock timeout 3s, statement timeout 30s
ALTER TABLE public.orders DETACH PARTITION public.orders_eu;

-- ACCESS EXCLUSIVE lock, gap; lock timeout 3s, statement timeout 30s
ALTER TABLE public.orders_eu DROP CONSTRAINT orders_eu_pkey;

-- ACCESS EXCLUSIVE lock, breaks old code; lock timeout 3s, statement timeout 30s
ALTER TABLE public.orders_eu DROP COLUMN known;

-- ACCESS EXCLUSIVE lock, breaks old code; lock timeout 3s, statement timeout 30s
DROP TABLE public.orders;

CREATE TABLE public.orders (
    region text COLLATE pg_catalog."C" NOT NULL,
    known boolean GENERATED ALWAYS AS ((region IS NOT NULL)) STORED NOT NULL
)
PARTITION BY LIST (region);

-- access change; lock timeout 3s, statement timeout 30s
ALTER TABLE public.orders OWNER TO postgres;

-- ACCESS EXCLUSIVE lock, table rewrite, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE public.orders_eu ALTER COLUMN region TYPE text COLLATE pg_catalog."C";

-- ACCESS EXCLUSIVE lock, table rewrite; lock timeout 3s, statement timeout 12h
ALTER TABLE public.orders_eu ADD COLUMN known boolean GENERATED ALWAYS AS ((region IS NOT NULL)) STORED NOT NULL;

-- SHARE UPDATE EXCLUSIVE lock, full scan, may fail; lock timeout 3s, statement timeout 12h
ALTER TABLE ONLY public.orders ATTACH PARTITION public.orders_eu FOR VALUES IN ('de', 'fr');

ALTER TABLE ONLY public.orders ADD CONSTRAINT orders_key PRIMARY KEY (region, known);

-- SHARE UPDATE EXCLUSIVE lock, index build, may fail, not in a transaction; lock timeout 3s, statement timeout 12h
CREATE UNIQUE INDEX CONCURRENTLY orders_eu_pkey ON public.orders_eu USING btree (region, known);

-- ACCESS EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER TABLE public.orders_eu ADD CONSTRAINT orders_eu_pkey PRIMARY KEY USING INDEX orders_eu_pkey;

-- SHARE UPDATE EXCLUSIVE lock; lock timeout 3s, statement timeout 30s
ALTER INDEX public.orders_key ATTACH PARTITION public.orders_eu_pkey;

